import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { auditedDay, OTHER_EVENTS, type AuditedDay } from './audited-day.js';

describe('the ledger in the console', () => {
  let day: AuditedDay;
  let page: Page;

  beforeAll(async () => {
    day = await auditedDay();
    page = day.page;
  });
  afterAll(() => day.stop());

  it('browses to an event, and verifies that it stands where it does', async () => {
    await day.open('Ledger');
    await page.getByText('Campaign', { exact: true }).click();
    await page.getByPlaceholder('A campaign').click();
    await page.getByRole('option', { name: 'Spring (spring)' }).click();
    await page.getByRole('button', { name: 'Look' }).click();
    const events = page.getByRole('table', { name: 'Events' });
    await events.getByText('"eventId":"e1"').waitFor();
    expect(await events.getByText('"eventId":"o1"').count()).toBe(0);
    await events
      .getByRole('row', { name: /"eventId":"e1"/u })
      .getByRole('button')
      .click();
    await page.getByLabel('Data of the event').getByText('"micros": 1000000').waitFor();
    await page.getByRole('button', { name: 'Verify inclusion' }).click();
    await page.getByText('proved', { exact: true }).waitFor();
    // Its position is a link that comes back to it.
    await page.getByRole('link', { name: /^\d+$/u }).click();
    await page.waitForURL(/position=/u);
    await page.getByLabel('Data of the event').getByText('"eventId": "e1"').waitFor();
  });

  it('sees an event that is not the one that was signed (planted)', async () => {
    await page.route('**/v1/audit/proofs/inclusion*', async (route) => {
      const text = await (await route.fetch()).text();
      await route.fulfill({ contentType: 'application/json', body: text.replace('1000000', '1900000') });
    });
    await page.reload();
    await page.getByRole('button', { name: 'Verify inclusion' }).click();
    await page.getByText('not proved', { exact: true }).waitFor();
    await page.unroute('**/v1/audit/proofs/inclusion*');
  });

  it('pages to the older and back to the newer, and begins at a time', async () => {
    await page.goto(`${day.peer.url}/audit/ledger?campaignId=autumn`);
    const events = page.getByRole('table', { name: 'Events' });
    const first = events.getByRole('rowheader').first();
    await events.getByText(`"eventId":"o${OTHER_EVENTS - 1}"`).waitFor();
    const newest = await first.innerText();
    await page.getByRole('button', { name: 'Older' }).click();
    await events.getByText(`"eventId":"o${OTHER_EVENTS - 51}"`).waitFor();
    expect(await first.innerText()).not.toBe(newest);
    await page.getByRole('button', { name: 'Newer' }).click();
    await events.getByText(`"eventId":"o${OTHER_EVENTS - 1}"`).waitFor();
    expect(await first.innerText()).toBe(newest);
    await page.goto(`${day.peer.url}/audit/ledger?stream=campaign-autumn&at=${day.then}`);
    await page.getByText('No event here').waitFor(); // it was registered before
    await page.getByRole('button', { name: 'Older' }).click();
    await events.getByText('Campaign registered').waitFor();
  });

  it('would be seen to show the same events again if a page did not begin where it was asked to (planted)', async () => {
    await page.route('**/v1/audit/events?*', (route) => {
      const url = new URL(route.request().url());
      url.searchParams.delete('from');
      return route.continue({ url: url.href });
    });
    await page.goto(`${day.peer.url}/audit/ledger?campaignId=autumn`);
    const first = page.getByRole('table', { name: 'Events' }).getByRole('rowheader').first();
    const newest = await first.innerText();
    const answered = page.waitForResponse((answer) => answer.url().includes('/v1/audit/events?'));
    await page.getByRole('button', { name: 'Older' }).click();
    await answered;
    await page.waitForURL(/from=/u);
    expect(await first.innerText()).toBe(newest);
    await page.unrouteAll();
  });
});
