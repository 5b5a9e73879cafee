import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { openBrowser, seriousFindings, signIn } from './chromium.js';
import { startPeer, type Peer } from './peer.js';

const RULE = {
  ...{ ruleId: 'spent', name: 'Half is spent', scope: { all: true }, severity: 'critical', mode: 'active' },
  conditions: { all: [{ fact: 'utilization.today', operator: 'greaterThanInclusive', value: 0.5 }] },
  action: { command: 'PauseCampaign', params: {} },
};
/** Screens by what shows that their content is there. */
const SCREENS = [
  ['/campaigns', 'Last hour'],
  ['/campaigns/spring', 'Half is spent'],
  ['/advertisers', 'adv1'],
  ['/advertisers/adv1', 'Its campaigns'],
  ['/rules', 'Half is spent'],
  ['/rules/spent', 'Half is spent'],
  ['/rules/new', 'Would act on'],
  ['/commands', 'Feed'],
  ['/audit', 'The signed note'],
  ['/audit/ledger', 'Where to look?'],
  ['/audit/ledger?stream=campaign-spring&revision=0', 'Verify inclusion'],
  ['/audit/time?campaignId=spring', 'Known then and known now'],
  ['/audit/reconciliation?campaignId=spring', 'Day by day'],
  ['/audit/exports', 'Nothing was exported yet'],
  ['/audit/projections', 'Sets of read models'],
  ['/audit/access', 'Access book'],
  ['/system', 'Partitions'],
] as const;

describe.each(['light', 'dark'] as const)('axe on every screen, %s', (colorScheme) => {
  const directory = mkdtempSync(join(tmpdir(), 'flightdeck-axe-'));
  let peer: Peer;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    peer = await startPeer(join(directory, 'data'));
    await peer.register('spring', 'Spring');
    await peer.ask('POST', '/v1/rules', RULE);
    await peer.spend('spring', 'e1', 6_000_000);
    browser = await openBrowser();
    page = await signIn(browser, peer.url, peer.adminToken);
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  });
  afterAll(async () => {
    await browser.close();
    await peer.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  it.each(SCREENS)('finds nothing serious on %s', async (path, content) => {
    await page.goto(peer.url + path);
    await page.getByText(content).or(page.getByLabel(content)).first().waitFor();
    expect(await seriousFindings(page)).toEqual([]);
  });

  it('finds nothing serious in why a command fired, nor in a dialog, nor where one signs in', async () => {
    await page.goto(`${peer.url}/commands`);
    await page.getByRole('link', { name: 'Pause' }).click();
    await page.getByText('Conditions, as the engine judged them').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('dialog').getByLabel('Reason').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    const stranger = await (await browser.newContext({ colorScheme })).newPage();
    await stranger.goto(peer.url);
    await stranger.getByLabel('Token').first().waitFor();
    expect(await seriousFindings(stranger)).toEqual([]);
  });

  it('finds a button without a name that is planted', async () => {
    await page.evaluate("document.body.insertAdjacentHTML('beforeend', '<button id=planted></button>')");
    expect(await seriousFindings(page)).toContain('button-name: #planted');
  });
});
