import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testApi, type TestApi } from '../testing/test-api.module.js';

const UNIT = 1_000_000;
let api: TestApi;

async function register(
  campaignId: string,
  currency: string,
  dailyMicros: number,
  advertiserId = 'adv1',
): Promise<void> {
  const made = await api.call('POST', '/v1/campaigns', {
    body: {
      ...{ campaignId, name: campaignId, advertiserId, currency, timezone: 'UTC' },
      flight: { start: '2026-11-01T00:00:00Z', end: '2026-12-01T00:00:00Z' },
      ...{ budget: { dailyMicros }, pacing: { mode: 'even', tolerance: 0 } },
    },
  });
  expect(made.status).toBe(201);
}

const spend = (campaignId: string, units: number, more: object = {}) =>
  api.adEvents({ type: 'spend', campaignId, amountMicros: units * UNIT, currency: 'USD', ...more });
const put = (path: string, body: object, match = '*', more: Record<string, string> = {}) =>
  api.call('PUT', path, { body, headers: { ...(match === '' ? {} : { 'if-match': match }), ...more } });
const first = { 'if-none-match': '*' };
const get = async (path: string): Promise<unknown> => (await api.call('GET', path)).body;

beforeAll(async () => {
  api = await testApi();
  await register('c1', 'USD', 50 * UNIT);
  await register('c2', 'USD', 500 * UNIT);
  await register('c3', 'EUR', 500 * UNIT);
  await spend('c1', 10);
  await spend('c2', 80);
  await spend('c3', 1_000, { currency: 'EUR' });
});
afterAll(() => api.close());

describe('the budget of an advertiser', () => {
  it('is none at first, and nobody knows an advertiser without a campaign', async () => {
    expect(await get('/v1/advertisers/adv1')).toMatchObject({ budget: null, campaigns: 3, revision: null });
    expect(await get('/v1/advertisers/adv1')).toMatchObject({ currency: null, spend: null });
    expect(await get('/v1/advertisers/adv1/history')).toEqual({ items: [], next: null });
    expect((await api.call('GET', '/v1/advertisers/nobody')).status).toBe(404);
    expect((await api.call('GET', '/v1/advertisers/nobody/history')).status).toBe(404);
    expect(await get('/v1/campaigns/c1/pacing')).toMatchObject({
      cap: { level: 'campaign', todayMicros: 50 * UNIT, remainingTodayMicros: 40 * UNIT },
    });
  });

  it('is given by who is first, holds all campaigns in its currency, and leaves the others out', async () => {
    const body = { currency: 'USD', dailyMicros: 100 * UNIT, reason: 'Q4' };
    expect((await put('/v1/advertisers/adv1/budget', body, '')).status).toBe(428);
    const made = await put('/v1/advertisers/adv1/budget', body, '', first);
    expect([made.status, made.headers.get('etag')]).toEqual([200, '"0"']);
    expect(made.body).toMatchObject({
      ...{ currency: 'USD', budget: { dailyMicros: 100 * UNIT }, campaigns: 3, leftOut: 1 },
      ...{ spend: { todayMicros: 90 * UNIT }, remainingTodayMicros: 10 * UNIT, utilization: 0.9 },
    });
    expect(await get('/v1/advertisers/adv1')).toEqual(made.body);
    expect(await get('/v1/campaigns/c1/pacing')).toMatchObject({
      budget: { dailyMicros: 50 * UNIT, remainingTodayMicros: 10 * UNIT },
      cap: { level: 'advertiser', todayMicros: 20 * UNIT, remainingTodayMicros: 10 * UNIT },
      utilization: 0.5,
    });
    expect(await get('/v1/campaigns/c3/pacing')).toMatchObject({ cap: { level: 'campaign' } });
  });

  it('is seen by rules, which say whose budget it is', async () => {
    const previewed = await api.call('POST', '/v1/rules/preview', {
      body: {
        ...{ name: 'Shared', scope: { advertiserId: 'adv1' }, severity: 'warning' },
        conditions: {
          all: [
            { fact: 'utilization.advertiser.today', operator: 'greaterThanInclusive', value: 0.9 },
            { fact: 'budget.tightestLevel', operator: 'equal', value: 'advertiser' },
          ],
        },
        action: { command: 'NotifyOwner', params: {} },
      },
    });
    expect(previewed.body).toMatchObject({ evaluated: 3, matched: 2, notMatched: 1 });
    expect(JSON.stringify(previewed.body)).toContain(
      'The advertiser’s spend today is 90.0 % of its daily budget of 100.00 USD',
    );
  });

  it('is changed by who has seen it, and its history is kept', async () => {
    const body = { currency: 'USD', dailyMicros: 200 * UNIT };
    expect((await put('/v1/advertisers/adv1/budget', body, '"7"')).status).toBe(412);
    expect((await put('/v1/advertisers/adv1/budget', body, '"0"')).status).toBe(200);
    expect(await get('/v1/advertisers/adv1/history')).toMatchObject({
      items: [
        { revision: 1, type: 'AdvertiserBudgetChanged', data: { previous: { currency: 'USD' } } },
        { revision: 0, reason: 'Q4' },
      ],
    });
  });

  it('is not given a first time to who comes second: who has seen none is told that there is one', async () => {
    const body = { currency: 'USD', dailyMicros: 7 };
    const late = await put('/v1/advertisers/adv1/budget', body, '', first);
    expect([late.status, late.headers.get('etag')]).toEqual([412, '"1"']);
    expect((await put('/v1/advertisers/adv1/budget', body, '"1"', first)).status).toBe(400);
  });

  it('is changed once by a request that is sent again under its key, though it has seen an older one', async () => {
    const body = { currency: 'USD', dailyMicros: 300 * UNIT };
    const again = () => put('/v1/advertisers/adv1/budget', body, '"1"', { 'idempotency-key': 'lost-answer' });
    const [one, two] = [await again(), await again()];
    expect([one.status, two.status, two.headers.get('etag')]).toEqual([200, 200, '"2"']);
    expect((await put('/v1/advertisers/adv1/budget', body, '"1"')).status).toBe(412);
  });

  it('is refused when it is none', async () => {
    const wrong = await put('/v1/advertisers/adv1/budget', { currency: 'USD', dailyMicros: 0 });
    expect(wrong.status).toBe(400);
    expect((await put('/v1/advertisers/adv1/budget', { dailyMicros: 1 })).status).toBe(400);
  });

  it('is listed, page by page, with the tree below it', async () => {
    await put('/v1/advertisers/another/budget', { currency: 'EUR', lifetimeMicros: 5 });
    const first = (await get('/v1/advertisers?limit=1')) as { items: unknown[]; next: string };
    expect(first.items).toMatchObject([{ advertiserId: 'adv1' }]);
    const second = await get(`/v1/advertisers?limit=1&cursor=${encodeURIComponent(first.next)}`);
    expect(second).toMatchObject({ items: [{ advertiserId: 'another', campaigns: 0 }], next: null });
    const tree = (await get('/v1/advertisers/adv1/campaigns?limit=2')) as { items: unknown[]; next: string };
    expect(tree.items).toMatchObject([
      { campaignId: 'c1' },
      { campaignId: 'c2', cap: { level: 'advertiser' } },
    ]);
    const rest = await get(`/v1/advertisers/adv1/campaigns?cursor=${encodeURIComponent(tree.next)}`);
    expect(rest).toMatchObject({ items: [{ campaignId: 'c3', cap: { level: 'campaign' } }], next: null });
  });
});

describe('an advertiser without a budget', () => {
  it('has spend all the same, where its campaigns share a currency', async () => {
    await register('c9', 'USD', 50 * UNIT, 'adv9');
    await spend('c9', 4);
    expect(await get('/v1/advertisers/adv9')).toMatchObject({
      ...{ currency: 'USD', budget: null, spend: { todayMicros: 4 * UNIT }, campaigns: 1, leftOut: 0 },
      ...{ remainingTodayMicros: null, utilization: null, revision: null, changedAt: null },
    });
  });
});

describe('two first budgets of an advertiser at once', () => {
  it('are one budget, and one refusal', async () => {
    const race = [7, 8].map((dailyMicros) =>
      put('/v1/advertisers/raced/budget', { currency: 'USD', dailyMicros }, '', first),
    );
    expect((await Promise.all(race)).map(({ status }) => status).sort()).toEqual([200, 412]);
  });
});

describe('the budget of an ad group', () => {
  const path = '/v1/campaigns/c4/ad-groups';
  beforeAll(async () => {
    await register('c4', 'USD', 50 * UNIT);
    await spend('c4', 6, { adGroupId: 'g1' });
    await spend('c4', 3, { adGroupId: 'g2' });
  });

  it('is a fact of its campaign; all that spend under a budget hold it together', async () => {
    expect(await get(path)).toMatchObject({
      items: [{ adGroupId: 'g1', budget: null, spend: { todayMicros: 6 * UNIT } }, { adGroupId: 'g2' }],
      revision: 0,
    });
    expect((await put(`${path}/g1/budget`, { dailyMicros: 10 * UNIT }, '')).status).toBe(428);
    const one = await put(`${path}/g1/budget`, { dailyMicros: 10 * UNIT, reason: 'test' }, '"0"');
    expect([one.status, one.headers.get('etag')]).toEqual([200, '"1"']);
    expect(await get('/v1/campaigns/c4/pacing')).toMatchObject({ cap: { level: 'campaign' } });
    const again = () =>
      put(`${path}/g2/budget`, { dailyMicros: 5 * UNIT }, '"1"', { 'idempotency-key': 'g2' });
    const two = await again();
    expect((await again()).body).toEqual(two.body);
    expect(two.body).toMatchObject({
      items: [
        {
          ...{ adGroupId: 'g1', budget: { dailyMicros: 10 * UNIT }, utilization: 0.6, measured: true },
          cap: { level: 'adGroup', remainingTodayMicros: 4 * UNIT },
        },
        { adGroupId: 'g2', cap: { level: 'adGroup', remainingTodayMicros: 2 * UNIT } },
      ],
    });
    expect(await get('/v1/campaigns/c4/pacing')).toMatchObject({
      cap: { level: 'adGroup', todayMicros: 15 * UNIT, remainingTodayMicros: 6 * UNIT },
      utilization: 0.6,
    });
    expect(await get('/v1/campaigns/c4/history')).toMatchObject({
      items: [{ type: 'AdGroupBudgetChanged' }, { reason: 'test' }, { type: 'CampaignRegistered' }],
    });
  });

  it('holds no more once something is spent outside', async () => {
    await spend('c4', 1, { adGroupId: 'g3' });
    expect(await get('/v1/campaigns/c4/pacing')).toMatchObject({
      cap: { level: 'campaign', remainingTodayMicros: 40 * UNIT },
    });
  });

  it('is none of a campaign that nobody registered', async () => {
    expect((await api.call('GET', '/v1/campaigns/nobody/ad-groups')).status).toBe(404);
    expect((await put('/v1/campaigns/nobody/ad-groups/g/budget', { dailyMicros: 1 })).status).toBe(404);
  });
});
