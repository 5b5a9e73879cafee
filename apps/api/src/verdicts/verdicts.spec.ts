import { randomUUID } from 'node:crypto';
import { encodeJson, STREAM, thresholdOf, type CampaignRulesResponse } from '@flightdeck/contracts';
import { formatInstant } from '@flightdeck/domain';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { issued, NOW_MS } from '../testing/fixtures.js';
import { testApi, type TestApi } from '../testing/test-api.module.js';

const RULE = {
  name: '90 percent',
  scope: { all: true },
  conditions: { all: [{ fact: 'utilization.today', operator: 'greaterThanInclusive', value: 0.9 }] },
  action: { command: 'PauseCampaign', params: {} },
  severity: 'critical',
} as const;
const price = { model: 'CPC', micros: 4_600_000, currency: 'USD' };

interface Preview {
  readonly items: readonly { readonly campaignId: string; readonly verdict: { readonly kind: string } }[];
}

let api: TestApi;
const campaign = (campaignId: string, start = '2026-11-01T05:00:00Z') =>
  api.call('POST', '/v1/campaigns', {
    body: {
      ...{
        campaignId,
        name: `Name of ${campaignId}`,
        advertiserId: 'adv1',
        currency: 'USD',
        timezone: 'UTC',
      },
      flight: { start, end: '2036-12-01T05:00:00Z' },
      ...{ budget: { dailyMicros: 5_000_000 }, pacing: { mode: 'even', tolerance: 0.05 } },
    },
  });
const preview = async (body: object, path = '/v1/rules/preview') =>
  (await api.call('POST', path, { body })).body as Preview;
const kinds = ({ items }: Preview) => items.map(({ campaignId, verdict }) => [campaignId, verdict.kind]);

beforeAll(async () => {
  api = await testApi();
  for (const id of ['over', 'under']) await campaign(id);
  await campaign('later', '2030-01-01T00:00:00Z');
  await api.adEvents(
    { type: 'click', campaignId: 'over', price },
    { type: 'click', campaignId: 'later', price },
    { type: 'click', campaignId: 'under', price: { ...price, micros: 1 } },
  );
});
afterAll(() => api.close());

describe('a preview', () => {
  it('says what a rule that is not saved would do: matched, skipped with why, not matched, with the facts', async () => {
    const told = await preview(RULE);
    expect(kinds(told)).toEqual([
      ['over', 'fires'],
      ['later', 'skipped'],
      ['under', 'not-matched'],
    ]);
    expect(told).toMatchObject({ evaluated: 3, matched: 1, notMatched: 1, skipped: { 'not-serving': 1 } });
    expect(told.items[0]).toMatchObject({
      name: 'Name of over',
      verdict: {
        facts: { 'utilization.today': 0.92 },
        command: { command: 'PauseCampaign', reason: expect.stringContaining('92.0 % of the daily budget') },
      },
    });
  });

  it('keeps to the scope, to the campaigns that are asked for, and to the limit', async () => {
    expect(kinds(await preview({ ...RULE, scope: { campaignIds: ['under'] } }))).toEqual([
      ['under', 'not-matched'],
    ]);
    expect(kinds(await preview({ ...RULE, campaignIds: ['over', 'unknown'] }))).toEqual([['over', 'fires']]);
    expect(await preview({ ...RULE, limit: 1 })).toMatchObject({
      evaluated: 3,
      items: [{ campaignId: 'over' }],
    });
  });

  it('refuses what could not be saved, at its place', async () => {
    const conditions = { all: [{ fact: 'spend.tomorrow', operator: 'equal', value: 1 }] };
    const refused = await api.call('POST', '/v1/rules/preview', { body: { ...RULE, conditions } });
    expect(refused.body).toMatchObject({ status: 422, errors: [{ pointer: '/conditions/all/0/fact' }] });
  });

  it('sends and records nothing', async () => {
    await preview(RULE);
    expect((await api.call('GET', '/v1/commands')).body).toEqual({ items: [], next: null });
    expect((await api.call('GET', '/v1/rules')).body).toMatchObject({ items: [] });
  });
});

describe('a saved rule', () => {
  it('is previewed with what it has already done, and says what governs a campaign', async () => {
    await api.call('POST', '/v1/rules', { body: { ...RULE, ruleId: 'r1', mode: 'active' } });
    await api.call('POST', '/v1/rules', { body: { ...RULE, ruleId: 'draft' } });
    expect(kinds(await preview({}, '/v1/rules/r1/preview'))[0]).toEqual(['over', 'fires']);
    const threshold = thresholdOf(RULE);
    const day = '2026-11-22';
    const over = { ruleId: 'r1', issuedAt: formatInstant(NOW_MS - 60_000), threshold, day };
    await api.commandEvents('over', issued('over', 1, over));
    const told = await preview({}, '/v1/rules/r1/preview');
    expect(told).toMatchObject({ matched: 0, skipped: { AlreadyFired: 1, 'not-serving': 1 } });
    expect((await api.call('GET', '/v1/campaigns/over/rules')).body).toMatchObject({
      campaignId: 'over',
      items: [
        {
          ruleId: 'r1',
          verdict: { kind: 'skipped', why: 'AlreadyFired', facts: { 'utilization.today': 0.92 } },
          lastFiredAt: formatInstant(NOW_MS - 60_000),
          firedTotal: 1,
        },
      ],
    });
    expect((await api.call('POST', '/v1/rules/none/preview')).status).toBe(404);
  });

  it('tells when it last wanted to act, was overruled and by what, and was blind', async () => {
    const last = async (): Promise<unknown> => {
      const { body } = await api.call('GET', '/v1/campaigns/under/rules');
      const item = (body as CampaignRulesResponse).items.find(({ ruleId }) => ruleId === 'r1');
      const { lastFiredAt, lastMatchedAt, lastSuppressed, lastBlindAt } = item ?? {};
      return { lastFiredAt, lastMatchedAt, lastSuppressed, lastBlindAt };
    };
    const never = { lastFiredAt: null, lastMatchedAt: null, lastSuppressed: null, lastBlindAt: null };
    expect(await last()).toEqual(never);
    const [suppressedAt, blindAt] = [NOW_MS - 90_000, NOW_MS - 30_000].map(formatInstant);
    const of = { ruleId: 'r1', ruleRevision: 0, campaignId: 'under' };
    const decisions = [
      {
        type: 'CommandSuppressed',
        data: {
          ...{ ...of, at: suppressedAt, by: 'r9', why: 'Rule “r9” restricts.', proposed: {} },
          firing: { period: '2026-11-22', day: '2026-11-22', threshold: 't' },
        },
      },
      { type: 'RuleWentBlind', data: { ...of, at: blindAt, day: '2026-11-22', lagSeconds: 700 } },
    ];
    const stored = decisions.map(({ type, data }) => {
      return { id: randomUUID(), type, data: encodeJson(data), metadata: encodeJson({}) };
    });
    await api.store.append(STREAM.decision('under'), stored, 'no-stream');
    const suppressed = { at: suppressedAt, why: 'Rule “r9” restricts.' };
    const overruled = { ...never, lastMatchedAt: suppressedAt, lastSuppressed: suppressed };
    expect(await last()).toEqual({ ...overruled, lastBlindAt: blindAt });
    const firedAt = formatInstant(NOW_MS - 60_000);
    const firing = { ruleId: 'r1', issuedAt: firedAt, threshold: thresholdOf(RULE), day: '2026-11-22' };
    await api.commandEvents('under', issued('under', 1, firing));
    expect(await last()).toMatchObject({ lastFiredAt: firedAt, lastMatchedAt: firedAt });
  });
});
