import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { openBrowser, seriousFindings, signIn } from './chromium.js';
import { startPeer, type Peer } from './peer.js';

describe('the tree of budgets on screen', () => {
  const directory = mkdtempSync(join(tmpdir(), 'flightdeck-budgets-'));
  let peer: Peer;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    peer = await startPeer(join(directory, 'data'));
    await peer.register('spring', 'Spring');
    await peer.register('summer', 'Summer');
    await peer.spend('spring', 'e1', 2_000_000);
    await peer.spend('summer', 'e2', 1_000_000);
    browser = await openBrowser();
    page = await signIn(browser, peer.url, peer.adminToken);
  });
  afterAll(async () => {
    await browser.close();
    await peer.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const panel = () => page.locator('section[aria-label="Budgets above and below"]');
  const row = (level: string) => panel().getByRole('row').filter({ hasText: level });

  it('says that the campaign alone is held, while nothing else has a budget', async () => {
    await page.goto(`${peer.url}/campaigns/spring`);
    await row('Campaign spring').getByText('binds').waitFor();
    await row('Advertiser adv1').getByText('no budget').waitFor();
    expect(await row('Campaign spring').innerText()).toContain('$8.00');
  });

  it('shows that the advertiser binds once it leaves less, siblings counted', async () => {
    const budget = { currency: 'USD', dailyMicros: 5_000_000 };
    expect((await peer.ask('PUT', '/v1/advertisers/adv1/budget', budget)).status).toBe(200);
    const group = { dailyMicros: 4_000_000 };
    const path = '/v1/campaigns/spring/ad-groups/g1/budget';
    expect((await peer.ask('PUT', path, group)).status).toBe(200);
    await page.reload();
    await row('Advertiser adv1').getByText('binds').waitFor();
    const told = await row('Advertiser adv1').innerText();
    expect(told).toContain('$3.00 of $5.00');
    expect(told).toContain('$2.00');
    expect(await row('Campaign spring').getByText('binds').count()).toBe(0);
    await row('Ad group g1').getByText('has room').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
  });

  it('changes the budget of the advertiser as it was seen, and shows both sides when another was quicker', async () => {
    await row('Advertiser adv1').getByRole('button').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Daily budget, USD').fill('6');
    await dialog.getByLabel('Reason').fill('More room');
    const quicker = { currency: 'USD', dailyMicros: 7_000_000, reason: 'I was first' };
    expect((await peer.ask('PUT', '/v1/advertisers/adv1/budget', quicker)).status).toBe(200);
    await dialog.getByRole('button', { name: 'Change', exact: true }).click();
    const conflict = dialog.getByRole('alert');
    await conflict.getByText('Somebody has changed this advertiser meanwhile.').waitFor();
    await conflict.getByText('$7.00').waitFor();
    await conflict.getByText('I was first').waitFor();
    expect(await conflict.locator('tbody tr').first().locator('th, td').allInnerTexts()).toEqual([
      ...['A day', '$5.00', '$7.00', '$6.00'],
    ]);
    await conflict.getByRole('button', { name: 'Decide on what it is now' }).click();
    await dialog.getByRole('button', { name: 'Change', exact: true }).click();
    await row('Advertiser adv1').getByText('$3.00 of $6.00').waitFor();
  });

  it('changes both caps of an ad group', async () => {
    await row('Ad group g1').getByRole('button').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Daily budget, USD').fill('3');
    await dialog.getByLabel('In all, USD').fill('50');
    await dialog.getByRole('button', { name: 'Change', exact: true }).click();
    await row('Ad group g1').getByText('of $50.00').waitFor();
    const { body } = await peer.ask('GET', '/v1/campaigns/spring/ad-groups');
    expect(body['items']).toMatchObject([{ budget: { dailyMicros: 3_000_000, lifetimeMicros: 50_000_000 } }]);
  });

  it('leads to the advertiser, whose campaigns say which level holds each', async () => {
    await row('Advertiser adv1').getByRole('link', { name: 'adv1' }).click();
    await page.getByRole('heading', { level: 1, name: 'Advertiser adv1' }).waitFor();
    const campaign = (name: string) => page.getByRole('row').filter({ hasText: name });
    await campaign('Spring').getByText('its advertiser').waitFor();
    expect(await campaign('Summer').innerText()).toContain('$1.00');
    expect(await seriousFindings(page)).toEqual([]);
    await campaign('Spring').getByRole('link').click();
    await row('Advertiser adv1').waitFor();
  });

  it('offers no change to who may only look', async () => {
    const auditor = await signIn(browser, peer.url, await peer.keyOf('auditor', 'ada'));
    await auditor.goto(`${peer.url}/campaigns/spring`);
    const panelOfAuditor = auditor.locator('section[aria-label="Budgets above and below"]');
    await panelOfAuditor.getByText('binds').waitFor();
    expect(await panelOfAuditor.getByRole('button').count()).toBe(0);
  });

  it('would be seen to mark the wrong level (planted)', async () => {
    await page.route('**/v1/**/pacing', async (route) => {
      const answer = await route.fetch();
      const pacing = (await answer.json()) as { cap: object };
      await route.fulfill({
        response: answer,
        json: { ...pacing, cap: { ...pacing.cap, level: 'campaign' } },
      });
    });
    await page.reload();
    await row('Campaign spring').getByText('binds').waitFor();
    expect(await row('Advertiser adv1').getByText('binds').count()).toBe(0);
  });
});
