import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { openBrowser, seriousFindings, signIn } from './chromium.js';
import { startPeer, type Peer } from './peer.js';

describe('advertisers on screen', () => {
  const directory = mkdtempSync(join(tmpdir(), 'flightdeck-advertisers-'));
  let peer: Peer;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    peer = await startPeer(join(directory, 'data'));
    await peer.register('spring', 'Spring');
    await peer.spend('spring', 'e1', 2_000_000);
    browser = await openBrowser();
    page = await signIn(browser, peer.url, peer.adminToken);
  });
  afterAll(async () => {
    await browser.close();
    await peer.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const row = () => page.getByRole('row').filter({ hasText: 'adv1' });
  const dialog = () => page.getByRole('dialog');
  const effect = () => dialog().getByRole('table', { name: 'What it would do' });
  const change = () => dialog().getByRole('button', { name: 'Change', exact: true });

  it('are listed with their spend before they have a budget; g d goes there', async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('d');
    await page.getByRole('heading', { level: 1, name: 'Advertisers' }).waitFor();
    await row().getByText('$2.00').first().waitFor();
    await row().getByText('no budget').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
  });

  it('get their first budget with what it would do before it is sent', async () => {
    await row().getByRole('button', { name: 'Give a budget to advertiser adv1' }).click();
    await dialog().getByText('Nothing is changed yet.').waitFor();
    expect(await change().isDisabled()).toBe(true);
    await dialog().getByLabel('Daily budget, USD').fill('4');
    await dialog().getByLabel('In all, USD').fill('1');
    await dialog().getByText('More than that is spent already').waitFor();
    expect(await effect().getByRole('row').nth(1).locator('th, td').allInnerTexts()).toMatchObject([
      ...['A day', 'no cap', '$4.00', '$2.00', expect.stringContaining('50.0 %')],
    ]);
    await dialog().getByRole('button', { name: 'Lift the cap: In all' }).click();
    await dialog().getByLabel('Reason').fill('Shared pot');
    expect(await seriousFindings(page)).toEqual([]);
    await change().click();
    await row().getByText('50.0 %').waitFor();
    expect((await peer.ask('GET', '/v1/advertisers/adv1/history')).body).toMatchObject({
      items: [{ reason: 'Shared pot', data: { budget: { dailyMicros: 4_000_000 } } }],
    });
  });

  it('are found by the palette, and tell who gave them which budget and why', async () => {
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').fill('adv1 advertiser');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Advertiser adv1' }).waitFor();
    await page.getByRole('row').filter({ hasText: 'Shared pot' }).getByText('a day none → 4 USD').waitFor();
  });

  it('hold a campaign: its budget dialog says which cap would be the tightest', async () => {
    await page.goto(`${peer.url}/campaigns/spring`);
    await page.getByRole('button', { name: 'Change budget' }).click();
    await dialog().getByLabel('Daily budget, USD').fill('3');
    await dialog()
      .getByText('The campaign’s daily cap becomes the tightest: it leaves $1.00 to spend today.')
      .waitFor();
    await dialog().getByRole('button', { name: 'Lift the cap: Daily budget' }).click();
    await dialog().getByText('The advertiser’s daily cap stays the tightest: it leaves $2.00').waitFor();
    await dialog().getByLabel('In all, USD').fill('90');
    await change().click();
    await dialog().waitFor({ state: 'detached' });
    expect((await peer.ask('GET', '/v1/campaigns/spring')).body).toMatchObject({
      budget: { lifetimeMicros: 90_000_000 },
    });
  });

  it('refuse a first budget to who comes second, and would not without If-None-Match (planted)', async () => {
    await peer.ask('PUT', '/v1/advertisers/adv2/budget', { currency: 'USD', dailyMicros: 1_000_000 });
    const blind = await sendFirst('adv2', { 'if-match': '*' });
    const seeing = await sendFirst('adv2', { 'if-none-match': '*' });
    expect([blind, seeing]).toEqual([200, 412]);
  });

  async function sendFirst(advertiserId: string, headers: Record<string, string>): Promise<number> {
    const { status } = await fetch(`${peer.url}/v1/advertisers/${advertiserId}/budget`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${peer.adminToken}`, 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ currency: 'USD', dailyMicros: 2_000_000 }),
    });
    return status;
  }
});
