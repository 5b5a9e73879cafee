import { formatInstant, type DecisionEvent } from '@flightdeck/domain';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { issued, NOW_MS } from '../testing/fixtures.js';
import { testApi, type TestApi } from '../testing/test-api.module.js';
import { compareShadow } from './compare-shadow.js';

const HOUR_MS = 3_600_000;
const at = (hours: number) => formatInstant(NOW_MS + hours * HOUR_MS);

function decided(campaignId: string, hours: number, command = 'PauseCampaign'): DecisionEvent {
  const proposed = {
    ...{ command, params: {}, reason: 'It would spend too much.', facts: { 'utilization.today': 0.8 } },
    ...{
      severity: 'critical',
      advertiserId: null,
      cause: { stream: 'ads-00', revision: 0 },
      expiresInSeconds: 900,
    },
  };
  const firing = { period: '2026-11-22', day: '2026-11-22', threshold: 't' };
  return {
    type: 'ShadowDecided',
    data: { ruleId: 'shadow', ruleRevision: 0, campaignId, at: at(hours), proposed, firing },
  } as unknown as DecisionEvent;
}

describe('a shadow beside the active rules', () => {
  const issue = (campaignId: string, hours: number) => {
    const event = issued(campaignId, 1, { issuedAt: at(hours), ruleId: 'active' });
    if (event.type !== 'CommandIssued') throw new Error('It is issued.');
    return event.data;
  };
  const shadow = (campaignId: string, ...hours: readonly number[]) =>
    hours.map((hour, revision) => {
      const event = decided(campaignId, hour);
      if (event.type !== 'ShadowDecided') throw new Error('It is decided.');
      return { revision, data: event.data };
    });
  const dayOf = (time: string) => time.slice(0, 10);

  it('is told what both ordered, what only it would have, and what it would have missed', () => {
    const report = compareShadow(
      [
        { campaignId: 'both', decided: shadow('both', 0), issued: [issue('both', 2)], dayOf },
        { campaignId: 'only-shadow', decided: shadow('only-shadow', 1), issued: [], dayOf },
        { campaignId: 'only-active', decided: [], issued: [issue('only-active', 3)], dayOf },
        { campaignId: 'other-day', decided: shadow('other-day', 0), issued: [issue('other-day', 24)], dayOf },
      ],
      10,
    );
    expect(report).toMatchObject({ wouldBe: 3, also: 1, onlyShadow: 2, onlyActive: 2 });
    expect(report.items.find(({ campaignId }) => campaignId === 'both')?.beside).toMatchObject({
      ...{ ruleId: 'active', earlierByMs: 2 * HOUR_MS },
    });
    expect(report.missed.map(({ campaignId }) => campaignId)).toEqual(['other-day', 'only-active']);
  });

  it('would be seen to be counted with the wrong day (planted)', () => {
    const side = { campaignId: 'c', decided: shadow('c', 0), issued: [issue('c', 24)] };
    const planted = compareShadow([{ ...side, dayOf: () => 'always' }], 10);
    expect(planted.also).not.toBe(compareShadow([{ ...side, dayOf }], 10).also);
  });
});

describe('the report of a rule', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await testApi();
    const flight = { start: at(-48), end: at(48) };
    for (const campaignId of ['c1', 'c2'])
      await api.call('POST', '/v1/campaigns', {
        body: {
          ...{ campaignId, name: campaignId, advertiserId: 'a', currency: 'USD', timezone: 'UTC', flight },
          ...{ budget: { dailyMicros: 1_000_000 }, pacing: { mode: 'even', tolerance: 0.05 } },
        },
      });
    await api.call('POST', '/v1/rules', {
      body: {
        ...{
          ruleId: 'shadow',
          name: '80 percent',
          scope: { all: true },
          severity: 'critical',
          mode: 'shadow',
        },
        conditions: { all: [{ fact: 'utilization.today', operator: 'greaterThanInclusive', value: 0.8 }] },
        action: { command: 'PauseCampaign', params: {} },
      },
    });
    await api.commandEvents('c1', issued('c1', 1, { ruleId: 'active', issuedAt: at(-1) }));
    for (const [campaignId, hours] of [
      ['c1', -2],
      ['c2', -3],
      ['c2', -40],
    ] as const) {
      const { type, data } = decided(campaignId, hours);
      await api.store.append(
        `decision-${campaignId}`,
        [{ id: randomUUID(), type, data: Buffer.from(JSON.stringify(data)), metadata: Buffer.from('{}') }],
        'any',
      );
    }
  });
  afterAll(() => api.close());

  it('is made from the ledger', async () => {
    const answer = await api.call('GET', `/v1/rules/shadow/shadow-report?from=${at(-24)}`);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      ...{ ruleId: 'shadow', campaigns: 2, wouldBe: 2, also: 1, onlyShadow: 1, onlyActive: 0 },
      items: [
        { campaignId: 'c1', beside: { ruleId: 'active', earlierByMs: HOUR_MS } },
        { campaignId: 'c2', beside: null },
      ],
    });
    const whole = await api.call('GET', '/v1/rules/shadow/shadow-report');
    expect(whole.body).toMatchObject({ wouldBe: 3 });
  });

  it('needs a rule', async () => {
    expect((await api.call('GET', '/v1/rules/nothing/shadow-report')).status).toBe(404);
    expect((await api.call('GET', '/v1/rules/shadow/shadow-report?from=yesterday')).status).toBe(400);
  });
});
