import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  encodeJson,
  STREAM,
  type CampaignAsOfResponse,
  type ClosedPeriodResponse,
  type InvoiceComparisonResponse,
  type LineageResponse,
  type MetricsAsOfResponse,
  type ReconciliationResponse,
} from '@flightdeck/contracts';
import { partitionOf } from '@flightdeck/ledger';
import { randomUUID } from 'node:crypto';
import { NOW_MS } from '../testing/fixtures.js';
import { PARTITIONS, testApi, type TestApi } from '../testing/test-api.module.js';

const MINUTE_MS = 60_000;
const at = (minutes: number): string => new Date(NOW_MS + minutes * MINUTE_MS).toISOString();
const cpc = (micros: number) => ({ price: { model: 'CPC', micros, currency: 'USD' } });

let api: TestApi;
let nowMs = NOW_MS;

async function get<T>(path: string, status = 200): Promise<T> {
  const answer = await api.call('GET', path);
  expect({ path, status: answer.status, body: answer.body }).toMatchObject({ path, status });
  return answer.body as T;
}

beforeAll(async () => {
  api = await testApi({ clock: () => nowMs });
  await api.call('POST', '/v1/campaigns', {
    body: {
      ...{ campaignId: 'c1', name: 'Spring', advertiserId: 'adv1', currency: 'USD', timezone: 'UTC' },
      flight: { start: '2026-11-01T00:00:00Z', end: '2036-12-01T00:00:00Z' },
      ...{ budget: { dailyMicros: 5_000_000 }, pacing: { mode: 'even', tolerance: 0.05 } },
    },
  });
  await api.call('POST', '/v1/rules', {
    body: {
      ...{ ruleId: 'r1', name: '90 percent', scope: { campaignIds: ['c1'] }, severity: 'critical' },
      conditions: { all: [{ fact: 'utilization.today', operator: 'greaterThanInclusive', value: 0.9 }] },
      ...{ action: { command: 'PauseCampaign', params: {} }, mode: 'active' },
    },
  });
  await api.adEvents(
    { type: 'click', campaignId: 'c1', occurredAt: at(-1), ...cpc(1_000_000) },
    { type: 'click', campaignId: 'c1', occurredAt: at(-1), ivt: 'givt', ...cpc(200_000) },
    { type: 'click', campaignId: 'c2', occurredAt: at(-1), ...cpc(9_000_000) },
  );
  nowMs = NOW_MS + 10 * MINUTE_MS;
  // what occurred before 15:05 and arrived after it
  await api.adEvents({ type: 'click', campaignId: 'c1', occurredAt: at(2), ...cpc(500_000) });
  await api.adEvents({ type: 'click', campaignId: 'c1', occurredAt: at(9), ivt: 'sivt', ...cpc(70_000) });
  await api.adEvents({
    ...{ type: 'adjustment', campaignId: 'c1', occurredAt: at(9), amountMicros: -300_000, currency: 'USD' },
    reason: 'overdelivery-credit',
  });
  await api.call('PUT', '/v1/campaigns/c1/budget', {
    ...{ body: { dailyMicros: 50_000_000 }, headers: { 'if-match': '*' } },
  });
  const refused = { type: 'click', campaignId: 'c1', occurredAt: at(1) };
  const record = {
    reason: 'id-conflict',
    bytesBase64: Buffer.from(JSON.stringify(refused)).toString('base64'),
  };
  const data = encodeJson({
    ...record,
    detail: 'It is planted.',
    truncated: false,
    source: 'http',
    receivedAt: at(1),
  });
  const event = { id: randomUUID(), type: 'RecordQuarantined', data, metadata: encodeJson({}) };
  await api.store.append(STREAM.quarantine(partitionOf('c1', PARTITIONS)), [event], 'no-stream');
  const row = { campaignId: 'c1', day: '2026-11-22', events: 2, amount: { micros: 650_000, nanos: 0 } };
  const rows = [row, { ...row, campaignId: 'c2' }, { ...row, day: '2026-11-23' }, { ...row, events: 1 }];
  const filtered = { id: randomUUID(), type: 'DuplicatesFiltered', metadata: encodeJson({}) };
  await api.store.append(
    STREAM.duplicates(partitionOf('c1', PARTITIONS)),
    [{ ...filtered, data: encodeJson({ rows, at: at(10) }) }],
    'no-stream',
  );
});
afterAll(() => api.close());

describe('a campaign as of a moment', () => {
  it('is told with what had arrived by then, and with what is known now of that time', async () => {
    const told = await get<CampaignAsOfResponse>(`/v1/audit/campaigns/c1?asOf=${at(5)}`);
    expect(told.campaign?.budget).toEqual({ dailyMicros: 5_000_000 });
    expect(told.knownThen.pacing.spend).toMatchObject({
      todayMicros: 1_000_000,
      grossTodayMicros: 1_200_000,
    });
    expect(told.knownNow.pacing.spend).toMatchObject({ todayMicros: 1_500_000, grossTodayMicros: 1_700_000 });
    expect(told.knownThen.pacing.utilization).toBe(0.2);
    expect(told.rules.map(({ ruleId }) => ruleId)).toEqual(['r1']);
  });

  it('now is what the live read models say', async () => {
    const told = await get<CampaignAsOfResponse>(`/v1/audit/campaigns/c1?asOf=${at(10)}`);
    const live = await get('/v1/campaigns/c1/pacing');
    expect(told.knownThen.pacing).toEqual(live);
    expect(told.knownNow.pacing).toEqual(live);
  });

  it('by a position ends with the event before it', async () => {
    const first = await get<CampaignAsOfResponse>('/v1/audit/campaigns/c1?asOf=1'); // one event: the registration
    expect(first.campaign?.budget).toEqual({ dailyMicros: 5_000_000 });
    expect(first.knownThen.pacing.spend.lifetimeMicros).toBe(0);
    const before = await get<CampaignAsOfResponse>('/v1/audit/campaigns/c1?asOf=0');
    expect(before).toMatchObject({ campaign: null, rules: [] });
  });

  it('has its series, and its rules as they were written', async () => {
    const asked = `asOf=${at(5)}&from=${at(-10)}&to=${at(10)}&step=1m`;
    const told = await get<MetricsAsOfResponse>(`/v1/audit/campaigns/c1/metrics?${asked}`);
    expect(told.knownThen.points.map(({ events }) => events)).toEqual([2]);
    expect(told.knownNow.points.map(({ events }) => events)).toEqual([2, 1]);
    expect(await get(`/v1/audit/rules/r1?asOf=${at(0)}`)).toMatchObject({ rule: { name: '90 percent' } });
    expect(await get(`/v1/audit/rules/r1?asOf=${at(-60)}`)).toMatchObject({ rule: null });
  });

  it('refuses a moment that has not come', async () => {
    await get(`/v1/audit/campaigns/c1?asOf=${at(60)}`, 422);
  });
});

describe('lineage', () => {
  it('of a minute is exactly its events, which add up to it', async () => {
    const told = await get<LineageResponse>(`/v1/audit/campaigns/c1/lineage?start=${at(-1)}&step=1m`);
    expect(told).toMatchObject({ agrees: true, added: { events: 2, givt: 1, net: { micros: 1_000_000 } } });
    expect(told.events.map(({ gross, net }) => [gross.micros, net.micros])).toEqual([
      [1_000_000, 1_000_000],
      [200_000, 0],
    ]);
  });

  it('of the total goes on page by page', async () => {
    const first = await get<LineageResponse>('/v1/audit/campaigns/c1/lineage?limit=3');
    expect(first).toMatchObject({ agrees: true, added: { events: 5, net: { micros: 1_200_000 } } });
    const rest = await get<LineageResponse>(
      `/v1/audit/campaigns/c1/lineage?limit=3&after=${first.next ?? 0}`,
    );
    expect([first.events.length, rest.events.length, rest.next]).toEqual([3, 2, null]);
    await get(`/v1/audit/campaigns/c1/lineage?start=${at(-30)}`, 404);
  });
});

describe('reconciliation', () => {
  const period = 'from=2026-11-22&to=2026-11-22';

  it('adds a period up from the ledger', async () => {
    const told = await get<ReconciliationResponse>(`/v1/audit/campaigns/c1/reconciliation?${period}`);
    expect(told.figures).toMatchObject({
      gross: { micros: 1_770_000, nanos: 0 },
      general: { events: 1, amount: { micros: 200_000 } },
      sophisticated: { events: 1, amount: { micros: 70_000 } },
      adjustments: { events: 1, amount: { micros: -300_000 } },
      net: { micros: 1_200_000 },
      ...{ quarantined: { 'id-conflict': 1 }, idConflicts: 1, clicks: 2, events: 5 },
      duplicates: { events: 3, amount: { micros: 1_300_000, nanos: 0 } },
    });
    expect(told).toMatchObject({ currency: 'USD', closed: false });
  });

  it('explains a report by what it counts otherwise', async () => {
    const compare = async (csv: string): Promise<InvoiceComparisonResponse> => {
      const body = { from: '2026-11-22', to: '2026-11-22', csv };
      const answer = await api.call('POST', '/v1/audit/campaigns/c1/reconciliation', { body });
      expect(answer).toMatchObject({ status: 200 });
      return answer.body as InvoiceComparisonResponse;
    };
    expect(await compare('day,amount\n2026-11-22,1.2')).toMatchObject({
      differenceMicros: 0,
      byCategory: [],
    });
    const withInvalid = await compare('day,amount,clicks\n2026-11-22,1.40,3\n');
    expect(withInvalid).toMatchObject({
      ...{ differenceMicros: 200_000, unexplainedMicros: 0 },
      byCategory: [{ category: 'general-invalid', amountMicros: 200_000 }],
      days: [{ counts: { clicks: 1, impressions: null } }],
    });
    const gross = await compare('day,amountMicros\n2026-11-22,1770000');
    expect(gross.byCategory.map(({ category }) => category).sort()).toEqual([
      ...['adjustments', 'general-invalid', 'sophisticated-invalid'],
    ]);
    const delivered = await compare('day,amount\n2026-11-22,2.5');
    expect(delivered.byCategory).toEqual([{ category: 'duplicates', amountMicros: 1_300_000 }]);
    const twice = await compare('day,amount\n2026-11-22,1.2\n2026-11-22,1.2\n2026-11-23,4');
    expect(twice).toMatchObject({
      ...{ ignoredLines: 1 },
      byCategory: [{ category: 'duplicate-line', amountMicros: 1_200_000 }],
    });
    // the planted difference that nothing explains
    expect(await compare('day,amount\n2026-11-22,1.234567')).toMatchObject({ unexplainedMicros: 34_567 });
    const bad = await api.call('POST', '/v1/audit/campaigns/c1/reconciliation', {
      body: { from: '2026-11-22', to: '2026-11-22', csv: 'day,amount\n2026-11-22,1,2' },
    });
    expect(bad).toMatchObject({ status: 422, body: { code: 'bad-invoice' } });
  });

  it('closes a period once its late events are in, and shows that it holds', async () => {
    const close = (to: string) =>
      api.call('POST', '/v1/audit/campaigns/c1/periods', { body: { from: '2026-11-22', to } });
    expect(await close('2026-11-22')).toMatchObject({ status: 409, body: { code: 'period-still-open' } });
    nowMs = Date.parse('2026-11-25T01:00:00Z');
    const closed = await close('2026-11-22');
    expect(closed).toMatchObject({ status: 200, body: { holds: true, closedBy: 'admin' } });
    expect((await close('2026-11-22')).body).toMatchObject({
      digest: (closed.body as ClosedPeriodResponse).digest,
    });
    nowMs = Date.parse('2026-11-27T00:00:00Z');
    expect(await close('2026-11-23')).toMatchObject({ status: 409, body: { code: 'period-overlaps' } });
    // what comes now is booked on its own day, and names the closed one
    await api.adEvents({
      ...{ type: 'click', campaignId: 'c1', occurredAt: at(3), ...cpc(40_000) },
      enriched: { day: '2026-11-27', lateFor: '2026-11-22' },
    });
    const periods = async () => get<{ items: ClosedPeriodResponse[] }>('/v1/audit/campaigns/c1/periods');
    expect(await get(`/v1/audit/campaigns/c1/reconciliation?${period}`)).toMatchObject({
      ...{ closed: true, figures: { net: { micros: 1_200_000 }, lateOut: { events: 1 } } },
    });
    expect((await periods()).items).toMatchObject([{ holds: true }]);
    // planted: an event that is booked on the closed day after all
    await api.adEvents({ type: 'click', campaignId: 'c1', occurredAt: at(3), ...cpc(1) });
    expect((await periods()).items).toMatchObject([{ holds: false }]);
  });
});
