import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { auditedDay, type AuditedDay } from './audited-day.js';
import { seriousFindings, signIn } from './chromium.js';

describe('exports, read models and what is behind a figure, in the console', () => {
  let day: AuditedDay;
  let page: Page;

  beforeAll(async () => {
    day = await auditedDay();
    page = day.page;
  });
  afterAll(() => day.stop());

  it('exports what is signed, and another program finds it sound', async () => {
    await day.open('Exports');
    await page.getByRole('button', { name: 'Export', exact: true }).click();
    const link = page.getByRole('link', { name: /^flightdeck-0-\d+\.tar$/u });
    const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
    const file = join(day.directory, 'export.tar');
    await download.saveAs(file);
    const verify = (path: string): string => {
      try {
        return execFileSync(process.execPath, ['tools/verify.mjs', path, '--json'], { encoding: 'utf8' });
      } catch (error) {
        return String((error as { readonly stdout: unknown }).stdout);
      }
    };
    expect(JSON.parse(verify(file))).toMatchObject({ ok: true, from: 0 });
    const forged = join(day.directory, 'forged.tar');
    writeFileSync(forged, readFileSync(file, 'latin1').replace('1000000', '1900000'), 'latin1');
    expect(JSON.parse(verify(forged))).toMatchObject({ ok: false }); // planted
  });

  it('rebuilds the read models beside those that serve, and goes back', async () => {
    await day.open('Projections');
    const sets = page.getByRole('table', { name: 'Sets of read models' });
    const serving = sets.getByRole('row', { name: /serves/u });
    await serving.waitFor();
    const before = await serving.getByRole('rowheader').innerText();
    await page.getByRole('button', { name: 'Rebuild' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Rebuild' }).click();
    await page.getByText('done', { exact: true }).waitFor();
    await page.getByText(/0 differ, 0 are missing, 0 are too many/u).waitFor();
    await sets.getByRole('row', { name: new RegExp(`^${before} kept`, 'u') }).waitFor();
    expect(await serving.getByRole('rowheader').innerText()).not.toBe(before);
    await page.getByRole('button', { name: 'Roll back' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Roll back' }).click();
    await sets.getByRole('row', { name: new RegExp(`^${before} serves`, 'u') }).waitFor();
    await page.getByRole('region', { name: 'Rollback' }).getByText('done', { exact: true }).waitFor();
  });

  it('would see rows that differ (planted)', async () => {
    await page.route('**/v1/projections', async (route) => {
      const told = (await (await route.fetch()).json()) as { rebuild: object };
      const comparison = {
        compared: 2,
        same: 1,
        different: 1,
        missing: 0,
        extra: 0,
        movedOn: 0,
        liveDigest: null,
      };
      await route.fulfill({
        json: { ...told, rebuild: { ...told.rebuild, comparison: { ...comparison, differences: [] } } },
      });
    });
    await page.reload();
    await page.getByText(/1 differ/u).waitFor();
    await page.unroute('**/v1/projections');
  });

  it('shows the events behind a point and behind a total, which add up to it', async () => {
    await page.goto(`${day.peer.url}/campaigns/spring`);
    await page.getByRole('button', { name: 'Events behind today' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('adds up', { exact: true }).waitFor();
    const figures = dialog.getByText('1.500000 USD', { exact: true });
    await figures.nth(2).waitFor(); // as it is served, as the server adds it again, as this browser does
    expect(await dialog.getByRole('table').getByRole('row').count()).toBe(1 + 3);
    expect(await seriousFindings(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    const chart = page.getByRole('slider');
    await chart.focus();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Enter');
    await dialog.getByText('adds up', { exact: true }).waitFor();
    await dialog.getByRole('link', { name: /^ads-/u }).first().click();
    await page.waitForURL(/\/audit\/ledger\?/u);
    await page.getByRole('button', { name: 'Verify inclusion' }).waitFor();
  });

  it('would see that an event is missing behind a figure (planted)', async () => {
    await page.route('**/lineage*', async (route) => {
      const told = (await (await route.fetch()).json()) as { events: readonly unknown[] };
      await route.fulfill({ json: { ...told, events: told.events.slice(1) } });
    });
    await page.goto(`${day.peer.url}/campaigns/spring`);
    await page.getByRole('button', { name: 'Events behind today' }).click();
    await page.getByRole('dialog').getByText('does not add up', { exact: true }).waitFor();
    await page.unroute('**/lineage*');
  });

  it('lets an auditor look, and neither rebuild nor close', async () => {
    const auditor = await signIn(day.browser, day.peer.url, await day.peer.keyOf('auditor', 'Ada'));
    await auditor.goto(`${day.peer.url}/audit/projections`);
    await auditor.getByRole('table', { name: 'Sets of read models' }).waitFor();
    expect(await auditor.getByRole('button', { name: 'Rebuild' }).count()).toBe(0);
    await auditor.goto(
      `${day.peer.url}/audit/reconciliation?campaignId=spring&from=${day.today}&to=${day.today}`,
    );
    await auditor.getByText('No period is closed yet').waitFor();
    expect(await auditor.getByRole('button', { name: /^Close /u }).count()).toBe(0);
  });
});
