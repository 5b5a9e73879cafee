import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { openBrowser, signIn } from './chromium.js';
import { startPeer, type Peer } from './peer.js';

const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Events of the campaign `autumn`: more than two pages of the ledger browser. */
export const OTHER_EVENTS = 110;

/** A day with a campaign `spring`, on which 1.50 USD were spent and 0.20 USD were invalid, and an auditing screen to look at it. */
export interface AuditedDay {
  readonly peer: Peer;
  readonly browser: Browser;
  /** The administrator's, on the audit screen. */
  readonly page: Page;
  readonly directory: string;
  /** Epoch milliseconds of the first click. */
  readonly startMs: number;
  /** A whole second by which one dollar was known, and not yet the half that had occurred before it. */
  readonly then: string;
  /** The day, in the zone of the campaign. */
  readonly today: string;
  /** @throws when one is not taken. `query` begins with `?`. */
  send(events: readonly object[], query?: string): Promise<void>;
  open(tab: string): Promise<void>;
  /** The row of a table that begins with `name`. */
  row(of: string, name: string): Locator;
  stop(): Promise<void>;
}

/** A server and a browser of its own, on a free port. */
export async function auditedDay(): Promise<AuditedDay> {
  const directory = mkdtempSync(join(tmpdir(), 'flightdeck-audit-'));
  const peer = await startPeer(join(directory, 'data'));
  const send = async (events: readonly object[], query = ''): Promise<void> => {
    const { status, body } = await peer.ask('POST', `/v1/events${query}`, events);
    if (status !== 200) throw new Error(`The events were not taken: ${status} ${JSON.stringify(body)}`);
  };
  await peer.register('spring', 'Spring');
  await peer.register('autumn', 'Autumn');
  // All of it on one day, also when this runs at midnight.
  const startMs = await noMidnight();
  await send([click('e1', 1_000_000, startMs)]);
  const thenMs = Math.ceil((Date.now() + 1) / SECOND_MS) * SECOND_MS;
  await until(thenMs + 1);
  await send([
    click('e2', 500_000, startMs - 1),
    click('e3', 200_000, startMs, { ivt: 'givt' }),
    ...Array.from({ length: OTHER_EVENTS }, (_, n) => click(`o${n}`, 1, startMs, { campaignId: 'autumn' })),
  ]);
  const browser = await openBrowser();
  const page = await signIn(browser, peer.url, peer.adminToken);
  await page.getByRole('link', { name: /^Audit/u }).click();
  return {
    ...{ peer, browser, page, directory, startMs, send },
    then: new Date(thenMs).toISOString(),
    today: dayOf(startMs),
    open: (tab) => page.getByRole('navigation', { name: 'Audit' }).getByRole('link', { name: tab }).click(),
    row: (of, name) =>
      page.getByRole('table', { name: of }).getByRole('row', { name: new RegExp(`^\\W*${name}`, 'u') }),
    stop: async () => {
      await browser.close();
      await peer.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** A click on `spring`, unless `more` says otherwise. */
export function click(eventId: string, micros: number, atMs: number, more: object = {}): object {
  return {
    ...{ eventId, type: 'click', campaignId: 'spring', occurredAt: new Date(atMs).toISOString() },
    ...{ price: { model: 'CPC', micros, currency: 'USD' }, ...more },
  };
}

/** The UTC day of a time, so many days before. */
export function dayOf(ms: number, daysBefore = 0): string {
  return new Date(ms - daysBefore * DAY_MS).toISOString().slice(0, 10);
}

/** Now, once the next midnight is far enough that everything of the test lies on one day. */
async function noMidnight(): Promise<number> {
  const nowMs = Date.now();
  const sinceMs = nowMs % DAY_MS;
  if (sinceMs < SECOND_MS) await until(nowMs - sinceMs + SECOND_MS);
  return Date.now();
}

async function until(ms: number): Promise<void> {
  while (Date.now() < ms) await new Promise((resolve) => setTimeout(resolve, ms - Date.now()));
}
