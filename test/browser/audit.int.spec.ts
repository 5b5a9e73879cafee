import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Locator, Page } from 'playwright-core';
import { openBrowser, seriousFindings, signIn } from './chromium.js';
import { startPeer, type Peer } from './peer.js';

const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;
/** More than two pages of them. */
const OTHERS = 110;

describe('a day of an auditor', () => {
  const directory = mkdtempSync(join(tmpdir(), 'flightdeck-audit-'));
  let peer: Peer;
  let browser: Browser;
  let page: Page;
  /** A whole second by which one dollar was known, and not yet the half that had occurred before it. */
  let then: string;
  /** Today, in the zone of the campaign. */
  let today: string;

  const send = async (...events: readonly object[]): Promise<void> => {
    const { status } = await peer.ask('POST', '/v1/events', events);
    expect(status).toBe(200);
  };
  const click = (eventId: string, micros: number, atMs: number, more: object = {}) => ({
    ...{ eventId, type: 'click', campaignId: 'spring', occurredAt: new Date(atMs).toISOString() },
    ...{ price: { model: 'CPC', micros, currency: 'USD' }, ...more },
  });
  const open = async (tab: string): Promise<void> => {
    await page.getByRole('navigation', { name: 'Audit' }).getByRole('link', { name: tab }).click();
  };
  const row = (of: string, name: string): Locator =>
    page.getByRole('table', { name: of }).getByRole('row', { name: new RegExp(`^\\W*${name}`, 'u') });

  beforeAll(async () => {
    peer = await startPeer(join(directory, 'data'));
    await peer.register('spring', 'Spring');
    await peer.register('autumn', 'Autumn');
    // All of it on one day, also when this runs at midnight.
    const startMs = await noMidnight();
    today = new Date(startMs).toISOString().slice(0, 10);
    await send(click('e1', 1_000_000, startMs));
    const thenMs = Math.ceil((Date.now() + 1) / SECOND_MS) * SECOND_MS;
    then = new Date(thenMs).toISOString();
    await until(thenMs + 1);
    await send(
      click('e2', 500_000, startMs - 1),
      click('e3', 200_000, startMs, { ivt: 'givt' }),
      ...Array.from({ length: OTHERS }, (_, n) => ({ ...click(`o${n}`, 1, startMs), campaignId: 'autumn' })),
    );
    browser = await openBrowser();
    page = await signIn(browser, peer.url, peer.adminToken);
    await page.getByRole('link', { name: /^Audit/u }).click();
  });
  afterAll(async () => {
    await browser.close();
    await peer.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  it('browses to an event, and verifies that it stands where it does', async () => {
    await open('Ledger');
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
    await page.goto(`${peer.url}/audit/ledger?campaignId=autumn`);
    const events = page.getByRole('table', { name: 'Events' });
    const first = events.getByRole('rowheader').first();
    await events.getByText(`"eventId":"o${OTHERS - 1}"`).waitFor();
    const newest = await first.innerText();
    await page.getByRole('button', { name: 'Older' }).click();
    await events.getByText(`"eventId":"o${OTHERS - 51}"`).waitFor();
    expect(await first.innerText()).not.toBe(newest);
    await page.getByRole('button', { name: 'Newer' }).click();
    await events.getByText(`"eventId":"o${OTHERS - 1}"`).waitFor();
    expect(await first.innerText()).toBe(newest);
    await page.goto(`${peer.url}/audit/ledger?stream=campaign-autumn&at=${then}`);
    await page.getByText('No event here').waitFor(); // it was registered before
    await page.getByRole('button', { name: 'Older' }).click();
    await events.getByText('Campaign registered').waitFor();
  });

  it('travels to a moment, and sees the old figure beside the new', async () => {
    await page.goto(`${peer.url}/audit/time?campaignId=spring`);
    const spent = row('Known then and known now', 'Spent that day');
    await spent.getByText('$1.50').first().waitFor();
    await spent.getByText('same').waitFor();
    await page.getByLabel(/^Time, /u).fill(await localText(then));
    await page.getByRole('button', { name: 'Go' }).click();
    await spent.getByText('$1.00').waitFor();
    await spent.getByText('+0.500000 USD').waitFor();
    const campaigns = page.getByRole('table', { name: /^Campaigns as they were at/u });
    await campaigns
      .getByRole('row', { name: /^Spring/u })
      .getByText('$1.00')
      .waitFor();
    const slider = page.getByRole('slider', { name: 'Moment' });
    await slider.focus();
    await page.keyboard.press('Home');
    await page.getByText('nobody had registered it').waitFor();
    await page.keyboard.press('End');
    await spent.getByText('same').waitFor();
  });

  it('would see a moment that is told with what is known now (planted)', async () => {
    await page.route('**/v1/audit/campaigns/spring?*', async (route) => {
      const told = (await (await route.fetch()).json()) as { knownNow: unknown };
      await route.fulfill({ json: { ...told, knownThen: told.knownNow } });
    });
    await page.goto(`${peer.url}/audit/time?campaignId=spring&asOf=${then}`);
    const spent = row('Known then and known now', 'Spent that day');
    await spent.getByText('$1.50').first().waitFor();
    expect(await spent.getByText('$1.00').count()).toBe(0);
    await page.unroute('**/v1/audit/campaigns/spring?*');
  });

  it('reconciles a report whose difference is known', async () => {
    await page.goto(`${peer.url}/audit/reconciliation?campaignId=spring&from=${today}&to=${today}`);
    await row('Statement', '= Net').getByText('1.500000 USD').waitFor();
    await row('Statement', '− General invalid').getByText('0.200000 USD').waitFor();
    await page.getByText('adds up', { exact: true }).waitFor();
    const report = join(directory, 'report.csv');
    writeFileSync(report, `day,amount,clicks\n${today},1.70,3\n`);
    await page.locator('input[type=file]').setInputFiles(report);
    await page.getByRole('button', { name: 'Compare' }).click();
    await page.getByText('explained', { exact: true }).waitFor();
    await row('Difference by category', 'General invalid traffic').getByText('+0.200000 USD').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    // A difference that nothing explains is planted.
    await page.getByLabel(/CSV with a header/u).fill(`day,amount\n${today},1.534567`);
    await page.getByRole('button', { name: 'Compare' }).click();
    await page.getByText('not all explained', { exact: true }).waitFor();
    await row('Difference by category', 'Unexplained').getByText('+0.034567 USD').waitFor();
  });

  it('says why a period cannot be closed yet', async () => {
    await page.getByRole('button', { name: /^Close /u }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Close the period' }).click();
    await dialog.getByText(/Late events may still come into it/u).waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
  });

  it('exports what is signed, and another program finds it sound', async () => {
    await open('Exports');
    await page.getByRole('button', { name: 'Export', exact: true }).click();
    const link = page.getByRole('link', { name: /^flightdeck-0-\d+\.tar$/u });
    const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
    const file = join(directory, 'export.tar');
    await download.saveAs(file);
    const verify = (path: string): string => {
      try {
        return execFileSync(process.execPath, ['tools/verify.mjs', path, '--json'], { encoding: 'utf8' });
      } catch (error) {
        return String((error as { readonly stdout: unknown }).stdout);
      }
    };
    expect(JSON.parse(verify(file))).toMatchObject({ ok: true, from: 0 });
    const forged = join(directory, 'forged.tar');
    writeFileSync(forged, readFileSync(file, 'latin1').replace('1000000', '1900000'), 'latin1');
    expect(JSON.parse(verify(forged))).toMatchObject({ ok: false }); // planted
  });

  it('rebuilds the read models beside those that serve, and goes back', async () => {
    await open('Projections');
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
    await page.goto(`${peer.url}/campaigns/spring`);
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
    await page.goto(`${peer.url}/campaigns/spring`);
    await page.getByRole('button', { name: 'Events behind today' }).click();
    await page.getByRole('dialog').getByText('does not add up', { exact: true }).waitFor();
    await page.unroute('**/lineage*');
  });

  it('lets an auditor look, and neither rebuild nor close', async () => {
    const auditor = await signIn(browser, peer.url, await peer.keyOf('auditor', 'Ada'));
    await auditor.goto(`${peer.url}/audit/projections`);
    await auditor.getByRole('table', { name: 'Sets of read models' }).waitFor();
    expect(await auditor.getByRole('button', { name: 'Rebuild' }).count()).toBe(0);
    await auditor.goto(`${peer.url}/audit/reconciliation?campaignId=spring&from=${today}&to=${today}`);
    await auditor.getByText('No period is closed yet').waitFor();
    expect(await auditor.getByRole('button', { name: /^Close /u }).count()).toBe(0);
  });

  /** As the field of a time has it, in the zone of the browser. */
  function localText(instant: string): Promise<string> {
    return page.evaluate((text) => {
      const ms = Date.parse(text);
      return new Date(ms - new Date(ms).getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
    }, instant);
  }
});

/** Now, once the next midnight is far enough that everything of the test lies on one day. */
async function noMidnight(): Promise<number> {
  const nowMs = Date.now();
  const sinceMs = nowMs % (24 * HOUR_MS);
  if (sinceMs < SECOND_MS) await until(nowMs - sinceMs + SECOND_MS);
  return Date.now();
}

async function until(ms: number): Promise<void> {
  while (Date.now() < ms) await new Promise((resolve) => setTimeout(resolve, ms - Date.now()));
}
