import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Locator, Page } from 'playwright-core';
import { openBrowser, signIn } from './chromium.js';
import { startPeer, type Peer } from './peer.js';

const RULE = {
  ...{ ruleId: 'spent', name: 'Half is spent', scope: { all: true }, severity: 'critical', mode: 'draft' },
  conditions: { all: [{ fact: 'utilization.today', operator: 'greaterThanInclusive', value: 0.5 }] },
  action: { command: 'PauseCampaign', params: {} },
};

describe('a day with the console', () => {
  const directory = mkdtempSync(join(tmpdir(), 'flightdeck-journeys-'));
  let peer: Peer;
  let browser: Browser;
  let page: Page;
  /** A page that was loaded anew has lost this. */
  const isSameDocument = () => page.evaluate(() => 'fdMark' in globalThis);
  const cell = (campaignId: string, column: string): Locator =>
    page.locator(`[data-campaign="${campaignId}"] [data-column="${column}"]`);

  beforeAll(async () => {
    peer = await startPeer(join(directory, 'data'), { FLIGHTDECK_APPROVALS: 'required' });
    browser = await openBrowser();
    page = await signIn(browser, peer.url, peer.adminToken);
    await page.evaluate(() => Object.assign(globalThis, { fdMark: true }));
  });
  afterAll(async () => {
    await browser.close();
    await peer.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  it('goes from the first run to a table whose figures move, without a reload', async () => {
    await page.getByText('No campaign is registered yet').waitFor();
    await peer.register('spring', 'Spring');
    await peer.spend('spring', 'e1', 1_000_000);
    await cell('spring', 'spend').getByText('$1.00').waitFor();
    await peer.register('autumn', 'Autumn');
    await peer.spend('autumn', 'e2', 2_000_000);
    await cell('autumn', 'spend').getByText('$2.00').waitFor();
    await peer.spend('spring', 'e3', 2_500_000);
    await cell('spring', 'spend').getByText('$3.50').waitFor();
    await cell('spring', 'pacing').getByText(/\d/u).waitFor();
    expect(await isSameDocument()).toBe(true);
  });

  it('lets another person than its author put a rule into force', async () => {
    const author = await peer.keyOf('manager', 'Mara');
    expect((await peer.ask('POST', '/v1/rules', RULE, author)).status).toBe(201);
    const submitted = await peer.ask('POST', '/v1/rules/spent/submit', { wanted: 'active' }, author);
    expect(submitted.status).toBe(200);
    const writer = await signIn(browser, peer.url, author);
    await writer.goto(`${peer.url}/rules/spent`);
    await writer.getByText('pending', { exact: true }).first().waitFor();
    expect(await writer.getByRole('button', { name: 'Approve' }).count()).toBe(0);
    const approver = await signIn(browser, peer.url, await peer.keyOf('approver', 'Otto'));
    await approver.goto(`${peer.url}/rules/spent`);
    await approver.getByRole('button', { name: 'Approve' }).click();
    await approver.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
    await approver.getByText('active', { exact: true }).first().waitFor();
  });

  it('says why a command fired, and takes it back with a reason', async () => {
    await page.getByRole('link', { name: /^Commands/u }).click();
    await page.getByText('No rule has ordered anything yet').waitFor();
    await peer.spend('spring', 'e4', 2_000_000);
    await page.getByRole('link', { name: 'Pause' }).click();
    await page.getByText('Conditions, as the engine judged them').waitFor();
    await page.getByRole('cell', { name: 'utilization.today ≥ 0.5' }).waitFor();
    await page.getByRole('cell', { name: '0.55', exact: true }).first().waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('dialog').getByLabel('Reason').fill('It is a launch day.');
    await page.getByRole('dialog').getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('link', { name: /^Commands/u }).click();
    await page.getByRole('link', { name: 'Resume' }).click();
    await page
      .getByText(/It is a launch day\./u)
      .first()
      .waitFor();
    expect(await isSameDocument()).toBe(true);
  });

  it('replays the day, finds every row the same, and proves the ledger', async () => {
    await page.getByRole('link', { name: /^Audit/u }).click();
    await page.getByRole('button', { name: 'Replay', exact: true }).click();
    await page.getByText('identical', { exact: true }).waitFor();
    await page.getByText(/0 differ, 0 are missing, 0 are too many/u).waitFor();
    await page.getByRole('button', { name: 'Verify the ledger' }).click();
    await page.getByText('sound', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Prove' }).click();
    await page.getByText(/hashes on the way to the root/u).waitFor();
  });

  it('would show a ledger that is not sound', async () => {
    const fault = { kind: 'leaf', position: 3, stream: 'campaign-spring', revision: 0, detail: 'planted' };
    await page.route('**/v1/audit/verification*', (route) =>
      route.fulfill({ json: { sound: false, from: 0, to: 4, size: 4, faults: [fault] } }),
    );
    await page.getByRole('button', { name: 'Verify the ledger' }).click();
    await page.getByText('not sound', { exact: true }).waitFor();
    await page.getByText(/leaf at 3 \(campaign-spring@0\): planted/u).waitFor();
    await page.unroute('**/v1/audit/verification*');
  });

  it('says since when it is stale while the server is away, and goes on by itself', async () => {
    await page.getByRole('link', { name: 'Flightdeck, campaigns' }).click();
    await cell('autumn', 'spend').getByText('$2.00').waitFor();
    const connection = page.getByTestId('connection');
    await peer.restart(async () => {
      await connection.getByText(/^Stale since/u).waitFor();
      await cell('autumn', 'spend').getByText('$2.00').waitFor();
    });
    await peer.spend('autumn', 'e5', 1_500_000);
    await cell('autumn', 'spend').getByText('$3.50').waitFor();
    await connection.getByText('Live').waitFor();
    expect(await isSameDocument()).toBe(true);
  });

  it('keeps the buttons from an auditor that the server refuses', async () => {
    const token = await peer.keyOf('auditor', 'Ada');
    const auditor = await signIn(browser, peer.url, token);
    await auditor.goto(`${peer.url}/campaigns/autumn`);
    await auditor.getByRole('heading', { level: 1, name: 'Autumn' }).waitFor();
    const pause = { name: 'Pause', exact: true };
    expect(await auditor.getByRole('button', pause).count()).toBe(0);
    expect((await peer.ask('POST', '/v1/campaigns/autumn/pause', {}, token)).status).toBe(403);
    await page.goto(`${peer.url}/campaigns/autumn`);
    await page.getByRole('button', pause).waitFor(); // whoever may is shown it: the locator is right
  });

  it('would show them if the auditor took everything for allowed (planted), and the server refuses still', async () => {
    const { permissions } = (await peer.ask('GET', '/v1/me')).body;
    const auditor = await signIn(browser, peer.url, await peer.keyOf('auditor', 'Ada'));
    await auditor.route('**/v1/me', async (route) => {
      const me = (await (await route.fetch()).json()) as object;
      await route.fulfill({ json: { ...me, permissions } });
    });
    await auditor.goto(`${peer.url}/campaigns/autumn`);
    await auditor.getByRole('button', { name: 'Pause', exact: true }).click();
    await auditor.getByRole('dialog').getByLabel('Reason').fill('I may not.');
    await auditor.getByRole('dialog').getByRole('button', { name: 'Pause' }).click();
    await auditor.getByRole('dialog').getByRole('alert').waitFor();
    expect((await peer.ask('GET', '/v1/campaigns/autumn')).body).toMatchObject({ status: 'active' });
  });
});
