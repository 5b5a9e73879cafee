import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NOW_MS } from '../testing/fixtures.js';
import { testApi, type TestApi } from '../testing/test-api.module.js';

let api: TestApi;
const price = { model: 'CPC', micros: 4_600_000, currency: 'USD' };

beforeAll(async () => {
  api = await testApi();
  await api.call('POST', '/v1/campaigns', {
    body: {
      ...{ campaignId: 'c1', name: 'Spring', advertiserId: 'adv1', currency: 'USD', timezone: 'UTC' },
      flight: { start: '2026-11-01T05:00:00Z', end: '2036-12-01T05:00:00Z' },
      ...{ budget: { dailyMicros: 5_000_000 }, pacing: { mode: 'even', tolerance: 0.05 } },
    },
  });
  await api.adEvents(
    { type: 'click', campaignId: 'c1', price },
    { type: 'click', campaignId: 'stray', price },
  );
});
afterAll(() => api.close());

describe('pacing', () => {
  it('has exactly the documented members', async () => {
    const { body } = await api.call('GET', '/v1/campaigns/c1/pacing');
    expect(Object.keys(body as object)).toEqual([
      ...[
        'campaignId',
        'asOf',
        'day',
        'currency',
        'spend',
        'budget',
        'cap',
        'inFlightMicros',
        'remainingAfterInFlightMicros',
        'expectedMicros',
        'pacingIndex',
        'forecastMicros',
      ],
      ...['exhaustsAt', 'utilization', 'status', 'position', 'platform'],
    ]);
    expect(body).toMatchObject({
      ...{ campaignId: 'c1', currency: 'USD', utilization: 0.92, status: 'active' },
      spend: {
        todayMicros: 4_600_000,
        todayNanos: 0,
        grossTodayMicros: 4_600_000,
        lifetimeMicros: 4_600_000,
        lifetimeNanos: 0,
      },
      budget: { dailyMicros: 5_000_000, lifetimeMicros: null, remainingTodayMicros: 400_000 },
      position: { revision: 0 },
    });
  });

  it('sees a new budget at once', async () => {
    await api.call('PUT', '/v1/campaigns/c1/budget', {
      body: { dailyMicros: 9_200_000 },
      headers: { 'if-match': '*' },
    });
    expect((await api.call('GET', '/v1/campaigns/c1/pacing')).body).toMatchObject({ utilization: 0.5 });
  });

  it('answers for a campaign that nobody registered, with or without events', async () => {
    const stray = await api.call('GET', '/v1/campaigns/stray/pacing');
    expect(stray.body).toMatchObject({
      status: 'unregistered',
      budget: null,
      expectedMicros: null,
      utilization: null,
    });
    expect(stray.body).toMatchObject({ currency: 'USD', spend: { todayMicros: 4_600_000 } });
    const unheard = await api.call('GET', '/v1/campaigns/unheard/pacing');
    expect(unheard.body).toMatchObject({
      status: 'unregistered',
      currency: null,
      spend: { lifetimeMicros: 0 },
      position: { revision: -1 },
    });
  });
});

describe('metrics', () => {
  const from = new Date(NOW_MS - 3_600_000).toISOString();
  const to = new Date(NOW_MS + 3_600_000).toISOString();

  it('gives counts, spend, rates and the ledger range of each point', async () => {
    const { body } = await api.call('GET', `/v1/campaigns/c1/metrics?from=${from}&to=${to}&step=1m`);
    const { points, ...head } = body as { points: object[] };
    expect(head).toMatchObject({ campaignId: 'c1', currency: 'USD', step: '1m', from, to });
    expect(points).toMatchObject([
      {
        ...{ clicks: 1, spend: { net: { micros: 4_600_000, nanos: 0 } } },
        ...{ rates: { ctr: null, cpcMicros: 4_600_000 }, range: { fromRevision: 0, toRevision: 0 } },
      },
    ]);
  });

  it('knows the currency of an unregistered campaign from its events', async () => {
    const { body } = await api.call('GET', `/v1/campaigns/stray/metrics?from=${from}&to=${to}`);
    expect(body).toMatchObject({ currency: 'USD' });
  });

  it.each([
    ['no range', ''],
    ['an empty range', '?from=2026-11-02T00:00:00Z&to=2026-11-01T00:00:00Z'],
    ['an unknown step', '?from=2026-11-01T00:00:00Z&to=2026-11-02T00:00:00Z&step=2m'],
    ['an unknown parameter', '?from=2026-11-01T00:00:00Z&to=2026-11-02T00:00:00Z&colour=red'],
  ])('refuses %s', async (_, query) => {
    expect((await api.call('GET', `/v1/campaigns/c1/metrics${query}`)).status).toBe(400);
  });

  it('refuses a series that is too long', async () => {
    const answer = await api.call(
      'GET',
      '/v1/campaigns/c1/metrics?from=2000-01-01T00:00:00Z&to=2036-01-01T00:00:00Z&step=1m',
    );
    expect(answer.body).toMatchObject({ status: 400, code: 'series-too-long' });
  });
});

describe('quarantine', () => {
  it('lists, tells and re-drives records, as they came or corrected', async () => {
    const id = await api.quarantine('schema', '{"type":"impression"}');
    const list = (await api.call('GET', '/v1/quarantine?state=open')).body as { items: { id: string }[] };
    expect(list.items.map((item) => item.id)).toContain(id);
    expect((await api.call('GET', `/v1/quarantine/${id}`)).body).toMatchObject({
      id,
      reason: 'schema',
      state: 'open',
    });
    const path = `/v1/quarantine/${id}/redrive`;
    expect((await api.call('POST', path)).body).toEqual({ id, outcome: 'accepted', eventId: 'e1' });
    await api.call('POST', path, { body: { record: { type: 'click' } } });
    expect(api.redriven).toEqual(['{"type":"impression"}', '{"type":"click"}']);
  });

  it('refuses what cannot be admitted, an unknown record, and two corrections at once', async () => {
    const id = await api.quarantine('too-large', 'x');
    expect((await api.call('POST', `/v1/quarantine/${id}/redrive`)).body).toMatchObject({
      status: 409,
      code: 'not-admissible',
    });
    const body = { record: {}, bytesBase64: 'eA==' };
    expect((await api.call('POST', `/v1/quarantine/${id}/redrive`, { body })).status).toBe(400);
    const unknown = '/v1/quarantine/6ba7b811-9dad-41d1-80b4-00c04fd430c8';
    expect((await api.call('GET', unknown)).body).toMatchObject({ status: 404, code: 'not-quarantined' });
    expect((await api.call('GET', '/v1/quarantine/1')).status).toBe(400);
  });
});

describe('system', () => {
  it('tells each part, the clients and the memory', async () => {
    const { body } = await api.call('GET', '/v1/system');
    expect(body).toMatchObject({
      version: '0.0.0-test',
      partitions: [{ stream: 'ads-00' }],
      stream: { clients: 0, clientsMax: 256 },
    });
  });
});

describe('what is expected through the day', () => {
  interface Expected {
    readonly day: string;
    readonly points: readonly { readonly at: string; readonly expectedMicros: number }[];
  }
  const register = (campaignId: string, pacing: object) =>
    api.call('POST', '/v1/campaigns', {
      body: {
        ...{ campaignId, name: campaignId, advertiserId: 'adv1', currency: 'USD', timezone: 'UTC', pacing },
        flight: { start: '2026-11-01T00:00:00Z', end: '2036-12-01T00:00:00Z' },
        budget: { dailyMicros: 24_000_000 },
      },
    });
  const expected = async (campaignId: string): Promise<Expected> =>
    (await api.call('GET', `/v1/campaigns/${campaignId}/expectation`)).body as Expected;
  /** Where the curve is at the moment of the test, between its two nearest points. */
  const at = ({ points }: Expected, ms: number): number => {
    const next = points.findIndex((point) => Date.parse(point.at) > ms);
    const [a, b] = [points[next - 1], points[next]];
    if (a === undefined || b === undefined) throw new Error('The curve does not reach there.');
    const share = (ms - Date.parse(a.at)) / (Date.parse(b.at) - Date.parse(a.at));
    return a.expectedMicros + share * (b.expectedMicros - a.expectedMicros);
  };

  it('follows the curve of the campaign, and goes through what pacing expects now', async () => {
    const curve = Array.from({ length: 7 }, () =>
      Array.from({ length: 24 }, (_, hour) => (hour < 12 ? 3 : 1)),
    );
    await register('curved', { mode: 'traffic', tolerance: 0.05, curve });
    const told = await expected('curved');
    expect(told.points[0]).toEqual({ at: `${told.day}T00:00:00.000Z`, expectedMicros: 0 });
    expect(told.points.at(-1)?.expectedMicros).toBe(24_000_000);
    const noon = told.points.find((point) => point.at === `${told.day}T12:00:00.000Z`);
    expect(noon?.expectedMicros).toBe(18_000_000); // drawn straight it would be 12 (planted)
    const pacing = (await api.call('GET', '/v1/campaigns/curved/pacing')).body as { expectedMicros: number };
    expect(Math.abs(at(told, NOW_MS) - pacing.expectedMicros)).toBeLessThanOrEqual(1);
  });

  it('is nothing where there is no curve or no campaign', async () => {
    await register('soon', { mode: 'asap', tolerance: 0.05 });
    expect((await expected('soon')).points).toEqual([]);
    expect((await expected('nobody')).points).toEqual([]);
  });
});
