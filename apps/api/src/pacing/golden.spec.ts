import type { PacingResponse } from '@flightdeck/contracts';
import { dayOf } from '@flightdeck/domain';
import { afterEach, describe, expect, it } from '@jest/globals';
import { testApi, type TestApi } from '../testing/test-api.module.js';

const UNIT = 1_000_000;
const NEW_YORK = 'America/New_York';

/** The golden tests of domain.md §5, each through the ledger, the folds and `GET …/pacing`. */
describe('golden rows', () => {
  let api: TestApi;
  let nowMs: number;
  afterEach(() => api.close());

  async function start(at: string): Promise<void> {
    nowMs = Date.parse(at);
    api = await testApi({ clock: () => nowMs });
  }

  async function register(terms: object): Promise<void> {
    const made = await api.call('POST', '/v1/campaigns', {
      body: {
        ...{ campaignId: 'c1', name: 'Golden', advertiserId: 'adv1', currency: 'USD', timezone: NEW_YORK },
        pacing: { mode: 'even', tolerance: 0 },
        ...terms,
      },
    });
    expect(made.status).toBe(201);
  }

  const changeDaily = async (at: string, units: number): Promise<void> => {
    nowMs = Date.parse(at);
    const headers = { 'if-match': '*' };
    const body = { dailyMicros: units * UNIT };
    expect((await api.call('PUT', '/v1/campaigns/c1/budget', { body, headers })).status).toBe(200);
  };

  const spend = (occurredAt: string, micros: number): Promise<void> =>
    api.adEvents({
      ...{ type: 'spend', campaignId: 'c1', occurredAt, amountMicros: micros, currency: 'USD' },
      enriched: { day: dayOf(NEW_YORK, Date.parse(occurredAt)) },
    });

  async function pacing(at?: string): Promise<PacingResponse> {
    nowMs = at === undefined ? nowMs : Date.parse(at);
    return (await api.call('GET', '/v1/campaigns/c1/pacing')).body as PacingResponse;
  }

  it('budget 100 over 10 days, even, 6 whole days elapsed, spent 57: pacing index 0.95', async () => {
    await start('2026-10-31T00:00:00Z');
    const flight = { start: '2026-11-02T05:00:00Z', end: '2026-11-12T05:00:00Z' };
    await register({ flight, budget: { lifetimeMicros: 100 * UNIT } });
    for (let day = 2; day < 8; day += 1) await spend(`2026-11-0${day}T17:00:00.000Z`, 9.5 * UNIT);
    expect((await pacing('2026-11-08T05:00:00Z')).pacingIndex).toBeCloseTo(0.95, 12);
  });

  it('daily 5 until 24 Nov, 103 spent by then, changed to 10 a day with 7 days left: month’s cap 173', async () => {
    await start('2026-10-20T00:00:00Z');
    const flight = { start: '2026-10-01T04:00:00Z', end: '2027-01-01T05:00:00Z' };
    await register({ flight, budget: { dailyMicros: 5 * UNIT } });
    await spend('2026-10-31T16:00:00.000Z', 900 * UNIT); // another month's
    for (let day = 1; day <= 20; day += 1)
      await spend(`2026-11-${String(day).padStart(2, '0')}T17:00:00.000Z`, 5 * UNIT);
    await spend('2026-11-23T17:00:00.000Z', 3 * UNIT);
    expect((await pacing('2026-11-23T18:00:00Z')).platform).toEqual({
      todayMicros: null,
      monthMicros: 150 * UNIT,
    });
    await changeDaily('2026-11-24T15:00:00Z', 10);
    await spend('2026-11-24T16:00:00.000Z', 8 * UNIT); // under the new budget already
    expect((await pacing('2026-11-24T17:00:00Z')).platform?.monthMicros).toBe(173 * UNIT);
    expect((await pacing('2026-11-30T17:00:00Z')).platform?.monthMicros).toBe(173 * UNIT);
    expect((await pacing('2026-12-01T17:00:00Z')).platform?.monthMicros).toBe(310 * UNIT);
  });

  it('daily budget 10→50→5 within one day, twice the day’s highest: the day’s cap is 100', async () => {
    await start('2026-11-20T00:00:00Z');
    await register({
      flight: { start: '2026-11-01T04:00:00Z', end: '2026-12-01T05:00:00Z' },
      ...{ budget: { dailyMicros: 10 * UNIT }, pacing: { mode: 'even', tolerance: 0, overdelivery: 2 } },
    });
    expect((await pacing('2026-11-22T13:00:00Z')).platform?.todayMicros).toBe(20 * UNIT);
    await changeDaily('2026-11-22T14:00:00Z', 50);
    await changeDaily('2026-11-22T20:00:00Z', 5);
    const told = await pacing('2026-11-22T21:00:00Z');
    expect([told.platform?.todayMicros, told.budget?.dailyMicros]).toEqual([100 * UNIT, 5 * UNIT]);
    expect((await pacing('2026-11-23T12:00:00Z')).platform?.todayMicros).toBe(10 * UNIT);
  });

  it.each([
    ['8 March 2026, 23 hours', '2026-03-08T16:00:00Z', 11 / 23],
    ['1 November 2026, 25 hours', '2026-11-01T17:00:00Z', 13 / 25],
  ])('even share at local noon of %s', async (_, noon, share) => {
    await start('2026-02-01T00:00:00Z');
    const flight = { start: '2026-02-01T05:00:00Z', end: '2026-12-01T05:00:00Z' };
    await register({ flight, budget: { dailyMicros: 100 * UNIT } });
    expect((await pacing(noon)).expectedMicros).toBe(Math.round(100 * UNIT * share));
  });

  it('1,000 impressions at CPM 1,250,001 micros: exactly 1,250,001 micros', async () => {
    await start('2026-11-22T15:00:00Z');
    const price = { model: 'CPM', micros: 1_250_001, currency: 'USD' };
    const impression = { type: 'impression', campaignId: 'c1', price } as const;
    await api.adEvents(...Array.from({ length: 1_000 }, () => impression));
    expect((await pacing()).spend).toMatchObject({ todayMicros: 1_250_001, todayNanos: 0 });
  });
});
