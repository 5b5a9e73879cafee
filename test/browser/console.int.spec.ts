import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startFlightdeck, type FlightdeckProcess } from '@flightdeck/testing';
import type { Browser, Page } from 'playwright-core';
import { openBrowser, seriousFindings, signIn } from './chromium.js';

const directory = mkdtempSync(join(tmpdir(), 'flightdeck-browser-'));
const CAMPAIGN = 'spring';

let server: FlightdeckProcess;
let browser: Browser;
let admin: Page;
/** Writes rules; another has to approve them. */
let mara: Page;
beforeAll(async () => {
  server = await startFlightdeck({
    dataDir: join(directory, 'data'),
    env: { FLIGHTDECK_APPROVALS: 'required' },
  });
  browser = await openBrowser();
  admin = await signIn(browser, server.url, server.adminToken);
});
afterAll(async () => {
  await browser.close();
  await server.stop('SIGTERM');
  rmSync(directory, { recursive: true, force: true });
});

describe('the console', () => {
  it('explains itself while there is nothing', async () => {
    await admin.getByText('No campaign is registered yet').waitFor();
    expect(await seriousFindings(admin)).toEqual([]);
  });

  it('shows the spend of events as they come, without being asked', async () => {
    await register();
    await admin.goto(`${server.url}/campaigns/${CAMPAIGN}`);
    await admin.getByRole('heading', { level: 1, name: 'Spring' }).waitFor();
    await send('first', 5_000_000);
    await admin.getByText('$5.00').first().waitFor();
  });

  it('shows both sides when another was quicker to change the budget', async () => {
    await admin.getByRole('button', { name: 'Change budget' }).click();
    await admin.getByLabel('Daily budget, USD').fill('12');
    const { etag } = await call('GET', `/v1/campaigns/${CAMPAIGN}`);
    await call('PUT', `/v1/campaigns/${CAMPAIGN}/budget`, { dailyMicros: 20_000_000 }, { 'if-match': etag });
    await admin.getByRole('button', { name: 'Change', exact: true }).click();
    const conflict = admin.getByRole('dialog').getByRole('alert');
    await conflict.getByText('Somebody has changed this campaign meanwhile.').waitFor();
    expect(await conflict.locator('thead th').allInnerTexts()).toEqual([
      ...['Cap', 'You saw', 'It is now', 'You want'],
    ]);
    expect(await conflict.locator('tbody tr').first().locator('th, td').allInnerTexts()).toEqual([
      ...['A day', '$10.00', '$20.00', '$12.00'],
    ]);
    await admin.getByText('$20.00').first().waitFor();
    await admin.keyboard.press('Escape');
  });

  it('would overwrite what another has changed if it did not say what it had seen (planted)', async () => {
    await admin.route('**/v1/campaigns/*/budget', (route) =>
      route.continue({ headers: { ...route.request().headers(), 'if-match': '*' } }),
    );
    await admin.reload();
    await admin.getByRole('button', { name: 'Change budget' }).click();
    await admin.getByLabel('Daily budget, USD').fill('12');
    const { etag } = await call('GET', `/v1/campaigns/${CAMPAIGN}`);
    await call('PUT', `/v1/campaigns/${CAMPAIGN}/budget`, { dailyMicros: 30_000_000 }, { 'if-match': etag });
    await admin.getByRole('button', { name: 'Change', exact: true }).click();
    await admin.getByRole('dialog').waitFor({ state: 'detached' });
    expect((await call('GET', `/v1/campaigns/${CAMPAIGN}`)).body).toMatchObject({
      budget: { dailyMicros: 12_000_000 },
    });
    await admin.unrouteAll();
  });

  it('takes a rule from its first draft through the past to its submission, and offers its author no approval', async () => {
    mara = await signIn(browser, server.url, await keyOf('manager', 'Mara'));
    await mara.goto(`${server.url}/rules/new`);
    await mara.getByText('Would act on').waitFor();
    await writeValue(mara, '"much"');
    await mara.getByRole('alert').first().waitFor();
    await writeValue(mara, '0.5');
    await mara.getByText('Would act on').waitFor();
    await mara.getByText('JSON', { exact: true }).click();
    expect(await mara.getByLabel('Rule as JSON').inputValue()).toContain('"value": 0.5');
    await mara.getByRole('button', { name: 'Save draft' }).click();
    await mara.getByRole('button', { name: 'Submit', exact: true }).click();
    await mara.getByRole('dialog').getByRole('button', { name: 'Submit' }).click();
    await mara.getByText('pending', { exact: true }).waitFor();
    expect(await mara.getByRole('button', { name: 'Approve' }).count()).toBe(0);

    await mara.getByLabel('Thresholds to compare').fill('0.1, 0.5');
    await mara.getByRole('button', { name: 'Try on the past' }).click();
    await mara.getByText('events in the range').waitFor();
  });

  it('lets another approve it, shows it fire, says why, and takes it back', async () => {
    const approver = await signIn(browser, server.url, await keyOf('approver', 'Otto'));
    await approver.goto(mara.url());
    await approver.getByRole('button', { name: 'Approve' }).click();
    await approver.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
    await approver.getByText('active', { exact: true }).first().waitFor();
    await admin.getByRole('link', { name: /^Commands/u }).click();
    await send('fires', 4_000_000);
    await admin.getByRole('link', { name: 'Pause', exact: true }).click();
    await admin.getByText('Conditions, as the engine judged them').waitFor();
    await admin.getByRole('button', { name: 'Undo' }).click();
    await admin.getByRole('dialog').getByLabel('Reason').fill('It is a launch day.');
    await admin.getByRole('dialog').getByRole('button', { name: 'Undo' }).click();
    await admin.getByRole('dialog').waitFor({ state: 'detached' });
    await admin.getByRole('link', { name: /^Commands/u }).click();
    await admin.getByRole('link', { name: 'Resume', exact: true }).waitFor();
  });

  it('offers nothing that the role may not do, and the server refuses it anyway', async () => {
    const token = await keyOf('auditor');
    const auditor = await signIn(browser, server.url, token);
    await auditor.goto(`${server.url}/campaigns/${CAMPAIGN}`);
    await auditor.getByText('What governs it').waitFor();
    expect(await auditor.getByRole('button', { name: 'Change budget' }).count()).toBe(0);
    expect(await seriousFindings(auditor)).toEqual([]);
    const refused = await call('POST', `/v1/campaigns/${CAMPAIGN}/pause`, {}, { 'if-match': '*' }, token);
    expect(refused.status).toBe(403);
  });
});

async function writeValue(page: Page, text: string): Promise<void> {
  await page.getByLabel('Value').fill(text);
  await page.getByLabel('Value').press('Enter');
}

async function register(): Promise<void> {
  const { status } = await call('POST', '/v1/campaigns', {
    ...{ campaignId: CAMPAIGN, name: 'Spring', advertiserId: 'adv1', currency: 'USD', timezone: 'UTC' },
    flight: { start: days(-2), end: days(30) },
    budget: { dailyMicros: 10_000_000, lifetimeMicros: 150_000_000 },
    pacing: { mode: 'even', tolerance: 0.05 },
  });
  expect(status).toBe(201);
}

async function send(eventId: string, micros: number): Promise<void> {
  const event = { eventId, type: 'click', occurredAt: days(0), campaignId: CAMPAIGN };
  const { status } = await call('POST', '/v1/events', [
    { ...event, price: { model: 'CPC', micros, currency: 'USD' } },
  ]);
  expect(status).toBe(200);
}

async function keyOf(role: string, person = role): Promise<string> {
  const { body } = await call('POST', '/v1/keys', { name: role, role, person });
  return String(body['token']);
}

function days(from: number): string {
  return new Date(Date.now() + from * 86_400_000).toISOString();
}

async function call(
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
  token = server.adminToken,
) {
  const response = await fetch(server.url + path, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return {
    status: response.status,
    etag: response.headers.get('etag') ?? '',
    body: (await response.json()) as Readonly<Record<string, unknown>>,
  };
}
