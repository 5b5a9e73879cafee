import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { auditedDay, click, dayOf, type AuditedDay } from './audited-day.js';
import { seriousFindings } from './chromium.js';

const DAYS_AGO = 5;

describe('reconciliation in the console', () => {
  let day: AuditedDay;
  let page: Page;
  /** Its end, and the time for late events, are over. */
  let longAgo: string;

  beforeAll(async () => {
    day = await auditedDay();
    page = day.page;
    longAgo = dayOf(day.startMs, DAYS_AGO);
    const thenMs = Date.parse(`${longAgo}T12:00:00Z`);
    await day.send([click('old', 700_000, thenMs)], `?acceptFrom=${longAgo}T00:00:00Z`);
  });
  afterAll(() => day.stop());

  it('reconciles a report whose difference is known', async () => {
    await page.goto(
      `${day.peer.url}/audit/reconciliation?campaignId=spring&from=${day.today}&to=${day.today}`,
    );
    await day.row('Statement', '= Net').getByText('1.500000 USD').waitFor();
    await day.row('Statement', '− General invalid').getByText('0.200000 USD').waitFor();
    await page.getByText('adds up', { exact: true }).waitFor();
    const report = join(day.directory, 'report.csv');
    writeFileSync(report, `day,amount,clicks\n${day.today},1.70,3\n`);
    await page.locator('input[type=file]').setInputFiles(report);
    await page.getByRole('button', { name: 'Compare' }).click();
    await page.getByText('explained', { exact: true }).waitFor();
    await day.row('Difference by category', 'General invalid traffic').getByText('+0.200000 USD').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    // A difference that nothing explains is planted.
    await page.getByLabel(/CSV with a header/u).fill(`day,amount\n${day.today},1.534567`);
    await page.getByRole('button', { name: 'Compare' }).click();
    await page.getByText('not all explained', { exact: true }).waitFor();
    await day.row('Difference by category', 'Unexplained').getByText('+0.034567 USD').waitFor();
  });

  it('says why a period cannot be closed yet', async () => {
    await page.getByRole('button', { name: /^Close /u }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Close the period' }).click();
    await dialog.getByText(/Late events may still come into it/u).waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
  });

  it('closes a period whose late events have come, once, and says that it still holds', async () => {
    const told = page.getByRole('table', { name: 'Closed periods' });
    await page.goto(`${day.peer.url}/audit/reconciliation?campaignId=spring&from=${longAgo}&to=${longAgo}`);
    await day.row('Statement', '= Net').getByText('0.700000 USD').waitFor();
    await page.getByRole('button', { name: /^Close /u }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Close the period' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await told
      .getByRole('row', { name: `${longAgo} to ${longAgo}` })
      .getByText('holds', { exact: true })
      .waitFor();
    expect(await told.locator('tbody tr').count()).toBe(1);
    // What comes later is booked on its own day: what was closed stays as it is.
    await day.send([click('late', 300_000, Date.parse(`${longAgo}T12:00:00Z`))]);
    await page.reload();
    await told.getByText('holds', { exact: true }).waitFor();
    await told.getByText(/^(?:\$0\.70|0\.700000)/u).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
  });

  it('would see a closed period that no longer adds up (planted)', async () => {
    await page.route('**/v1/audit/campaigns/spring/periods*', async (route) => {
      const { items } = (await (await route.fetch()).json()) as { items: object[] };
      await route.fulfill({ json: { items: items.map((item) => ({ ...item, holds: false })) } });
    });
    await page.reload();
    await page.getByText('does not hold', { exact: true }).waitFor();
    await page.unrouteAll();
  });
});
