import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { auditedDay, type AuditedDay } from './audited-day.js';

describe('travelling in time in the console', () => {
  let day: AuditedDay;
  let page: Page;

  beforeAll(async () => {
    day = await auditedDay();
    page = day.page;
  });
  afterAll(() => day.stop());

  it('travels to a moment, and sees the old figure beside the new', async () => {
    await page.goto(`${day.peer.url}/audit/time?campaignId=spring`);
    const spent = day.row('Known then and known now', 'Spent that day');
    await spent.getByText('$1.50').first().waitFor();
    await spent.getByText('same').waitFor();
    await page.getByLabel(/^Time, /u).fill(await localText(day.then));
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
    await page.goto(`${day.peer.url}/audit/time?campaignId=spring&asOf=${day.then}`);
    const spent = day.row('Known then and known now', 'Spent that day');
    await spent.getByText('$1.50').first().waitFor();
    expect(await spent.getByText('$1.00').count()).toBe(0);
    await page.unroute('**/v1/audit/campaigns/spring?*');
  });

  /** As the field of a time has it, in the zone of the browser. */
  function localText(instant: string): Promise<string> {
    return page.evaluate((text) => {
      const ms = Date.parse(text);
      return new Date(ms - new Date(ms).getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
    }, instant);
  }
});
