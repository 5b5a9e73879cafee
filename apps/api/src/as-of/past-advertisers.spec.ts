import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { STREAM, type CampaignAsOfResponse } from '@flightdeck/contracts';
import { ADVERTISER_DIRECTORY, partitionOf, type AdvertiserDirectory } from '@flightdeck/ledger';
import { NOW_MS } from '../testing/fixtures.js';
import { Moments } from './moments.js';
import { PastAdvertisers } from './past-advertisers.js';
import { Scans } from './scans.js';
import { PARTITIONS, testApi, type TestApi } from '../testing/test-api.module.js';

const UNIT = 1_000_000;
const MINUTE_MS = 60_000;
const at = (minutes: number): string => new Date(NOW_MS + minutes * MINUTE_MS).toISOString();

let api: TestApi;
let nowMs = NOW_MS;

/** A campaign in another partition than `c1`: what it spent is in no stream of `c1`. */
const SIBLING = Array.from({ length: 40 }, (_, i) => `s${i}`).find(
  (id) => partitionOf(id, PARTITIONS) !== partitionOf('c1', PARTITIONS),
) as string;

async function register(campaignId: string, advertiserId: string, currency = 'USD'): Promise<void> {
  const body = {
    ...{ campaignId, name: campaignId, advertiserId, currency, timezone: 'UTC' },
    flight: { start: '2026-11-01T00:00:00Z', end: '2026-12-01T00:00:00Z' },
    ...{ budget: { dailyMicros: 50 * UNIT }, pacing: { mode: 'even', tolerance: 0 } },
  };
  expect((await api.call('POST', '/v1/campaigns', { body })).status).toBe(201);
}

const spend = (campaignId: string, units: number, minutes: number, currency = 'USD') =>
  api.adEvents({ type: 'spend', campaignId, amountMicros: units * UNIT, currency, occurredAt: at(minutes) });

async function allow(dailyMicros: number): Promise<void> {
  const body = { currency: 'USD', dailyMicros };
  const headers = { 'if-match': '*' };
  expect((await api.call('PUT', '/v1/advertisers/adv1/budget', { body, headers })).status).toBe(200);
}

async function asOf(minutes: number, campaignId = 'c1'): Promise<CampaignAsOfResponse> {
  const told = await api.call('GET', `/v1/audit/campaigns/${campaignId}?asOf=${at(minutes)}`);
  expect(told.status).toBe(200);
  return told.body as CampaignAsOfResponse;
}

beforeAll(async () => {
  api = await testApi({ clock: () => nowMs });
  await register('c1', 'adv1');
  await register(SIBLING, 'adv1');
  await register('euro', 'adv1', 'EUR');
  await register('other', 'adv2');
  await spend('c1', 10, -3);
  await spend(SIBLING, 20, -3);
  await spend('euro', 900, -3, 'EUR');
  await spend('other', 900, -3);
  nowMs = NOW_MS + 10 * MINUTE_MS;
  await allow(100 * UNIT);
  nowMs = NOW_MS + 20 * MINUTE_MS;
  await spend(SIBLING, 30, 5); // occurred before minute 15, arrived after it
  await spend(SIBLING, 7, 19);
  await register('young', 'adv1');
  await spend('young', 2, 20);
});
afterAll(() => api.close());

describe("an advertiser's cap as of a moment", () => {
  it('is not there before its budget was given', async () => {
    const told = await asOf(5);
    expect(told.knownThen.pacing.cap).toMatchObject({ level: 'campaign' });
    expect(told.heads.map(({ stream }) => stream)).not.toContain(STREAM.advertiser('adv1'));
  });

  it('leaves what its campaigns in all partitions had not spent together, then and as it is known now', async () => {
    const told = await asOf(15);
    // 100 − 10 − 20; the tighter cap is still the campaign's own, 50 − 10
    expect(told.knownThen.pacing.cap).toMatchObject({ level: 'campaign', remainingTodayMicros: 40 * UNIT });
    // and 30 more that had occurred by then: 100 − 10 − 50 leaves as much as the campaign's own
    expect(told.knownNow.pacing.cap).toMatchObject({ remainingTodayMicros: 40 * UNIT });
    nowMs = NOW_MS + 30 * MINUTE_MS;
    await allow(70 * UNIT);
    nowMs = NOW_MS + 40 * MINUTE_MS;
    await spend(SIBLING, 1, 29);
    const later = await asOf(35);
    expect(later.knownThen.pacing.cap).toMatchObject({
      level: 'advertiser',
      remainingTodayMicros: (70 - 10 - 20 - 30 - 7 - 2) * UNIT,
    });
    expect(later.knownNow.pacing.cap).toMatchObject({
      level: 'advertiser',
      remainingTodayMicros: (70 - 10 - 20 - 30 - 7 - 2 - 1) * UNIT,
    });
  });

  it('names each stream that it was read from, as it was', async () => {
    const { heads } = await asOf(15);
    const streams = heads.map(({ stream }) => stream);
    expect(new Set(streams).size).toBe(streams.length);
    expect(heads).toContainEqual({ stream: STREAM.advertiser('adv1'), revision: 0 });
    expect(streams).toContain(STREAM.ads(partitionOf(SIBLING, PARTITIONS)));
  });

  it('counts no campaign that was registered later, and none of another currency or advertiser', async () => {
    const told = await asOf(15, SIBLING);
    expect(told.knownNow.pacing.cap).toMatchObject({ level: 'campaign', remainingTodayMicros: 0 });
    await allow(50 * UNIT);
    const now = await asOf(40, SIBLING);
    const live = await api.call('GET', `/v1/campaigns/${SIBLING}/pacing`);
    expect(now.knownThen.pacing).toEqual(live.body);
    expect(now.knownNow.pacing).toEqual(live.body);
    expect(now.knownNow.pacing.cap).toMatchObject({
      level: 'advertiser',
      remainingTodayMicros: (50 - 10 - 58 - 2) * UNIT,
    });
  });

  it('misses what siblings spent when they are forgotten, as planted', async () => {
    const moments = api.app.get(Moments);
    const live = api.app.get<AdvertiserDirectory>(ADVERTISER_DIRECTORY);
    const forgetful = {
      campaignsOf: (id: string) => [...live.campaignsOf(id)].filter(({ campaignId }) => campaignId === 'c1'),
    };
    const [campaign] = forgetful.campaignsOf('adv1');
    const named = await moments.named(at(35), []);
    const left = async (directory: Pick<AdvertiserDirectory, 'campaignsOf'>): Promise<number | undefined> => {
      const past = new PastAdvertisers(moments, directory, api.app.get(Scans));
      const { then } = await past.holding(campaign, named, new AbortController().signal);
      const [figures] = await then.read([{ campaign, day: '2026-11-22' }]);
      return figures?.today.micros;
    };
    expect(await left(live)).toBe((10 + 20 + 30 + 7 + 2) * UNIT);
    expect(await left(forgetful)).toBe(10 * UNIT);
  });
});
