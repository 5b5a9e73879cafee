import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { openBrowser, seriousFindings, signIn } from './chromium.js';
import { startPeer, type Peer } from './peer.js';

describe('the first run', () => {
  const directory = mkdtempSync(join(tmpdir(), 'flightdeck-first-run-'));
  let peer: Peer;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    peer = await startPeer(join(directory, 'data'));
    browser = await openBrowser();
    page = await signIn(browser, peer.url, peer.adminToken);
  });
  afterAll(async () => {
    await browser.close();
    await peer.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  it('offers sample campaigns to whoever may write them, and to nobody else', async () => {
    const auditor = await signIn(browser, peer.url, await peer.keyOf('auditor', 'Ada'));
    await auditor.getByText('No campaign is registered yet').waitFor();
    expect(await auditor.getByRole('button', { name: 'Add sample campaigns' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Add sample campaigns' }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
  });

  it('adds them, and lets one watch what they spend', async () => {
    await page.getByRole('button', { name: 'Add sample campaigns' }).click();
    const spend = page.locator('[data-campaign="sample-fast"] [data-column="spend"]');
    await spend.waitFor();
    const before = await spend.innerText();
    // What it says moves while nobody touches the page: it is waited for, and would time out were it to stand still.
    await page.waitForFunction(
      ([selector, was]) => {
        const { document } = globalThis as unknown as { document: DocumentLike };
        return document.querySelector(selector)?.innerText !== was;
      },
      ['[data-campaign="sample-fast"] [data-column="spend"]', before] as const,
    );
    // A page that is told nothing stands still, and is seen to (planted).
    const deaf = await browser.newPage();
    await deaf.route('**/v1/stream?*', (route) => route.abort());
    await deaf.goto(`${peer.url}/#token=${peer.adminToken}`);
    const still = deaf.locator('[data-campaign="sample-fast"] [data-column="spend"]');
    const first = await still.innerText();
    await page.waitForFunction(
      ([selector, was]) => {
        const { document } = globalThis as unknown as { document: DocumentLike };
        return document.querySelector(selector)?.innerText !== was;
      },
      ['[data-campaign="sample-fast"] [data-column="spend"]', await spend.innerText()] as const,
    );
    expect(await still.innerText()).toBe(first);
    await deaf.close();
    expect((await peer.ask('GET', '/v1/quarantine')).body).toMatchObject({ items: [] });
  });
});

/** As much of a browser's document as is used here. */
interface DocumentLike {
  querySelector(selector: string): { readonly innerText: string } | null;
}
