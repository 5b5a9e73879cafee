import type { Campaign } from '../campaign/events.js';
import type { FactValue } from '../command/events.js';
import type { Conditions, Guards, Rule } from '../rule/rule.js';
import { describe, expect, it } from '@jest/globals';
import { recordedFacts } from './fact-source.js';
import { silenceOf } from './guards.js';
import { paramsOf } from './params.js';
import { reasonOf } from './reason.js';

const NOW_MS = Date.parse('2026-11-22T15:00:00Z');
const rule = (change: Partial<Rule> = {}): Rule => ({
  ...{
    ruleId: 'r1',
    revision: 0,
    mode: 'active',
    author: 'ann',
    name: 'n',
    severity: 'info',
    priority: 1,
    guards: {},
  },
  ...{ scope: { all: true }, conditions: { all: [] }, action: { command: 'PauseCampaign', params: {} } },
  ...change,
});
const campaign = (change: Partial<Campaign> = {}): Campaign => ({
  ...{
    campaignId: 'c1',
    name: 'c1',
    advertiserId: 'a',
    currency: 'USD',
    timezone: 'UTC',
    tags: [],
    status: 'active',
  },
  flight: { start: '2026-11-01T00:00:00Z', end: '2026-12-01T00:00:00Z' },
  budget: { dailyMicros: 5_000_000 },
  ...{ pacing: { mode: 'even', tolerance: 0 }, registeredAt: '2026-11-01T00:00:00Z' },
  ...change,
});

describe('a rule is silent', () => {
  const silence = (
    guards: Guards,
    of: Campaign | undefined,
    facts: Record<string, FactValue> = {},
    change: Partial<Rule> = {},
  ) =>
    silenceOf(rule({ guards, ...change }), {
      ...{ campaignId: 'c1', campaign: of, facts: recordedFacts(facts), nowMs: NOW_MS },
    });

  it('for what is paused, ended or out of flight, unless asked', () => {
    const idle = [
      campaign({ status: 'paused' }),
      campaign({ status: 'ended' }),
      campaign({ flight: { start: '2026-11-23T00:00:00Z', end: '2026-12-01T00:00:00Z' } }),
      campaign({ flight: { start: '2026-11-01T00:00:00Z', end: '2026-11-22T15:00:00Z' } }),
    ];
    expect(idle.map((one) => silence({}, one))).toEqual(Array(4).fill('not-serving'));
    expect(idle.map((one) => silence({ evenWhenNotServing: true }, one))).toEqual(Array(4).fill(undefined));
    expect(silence({}, campaign())).toBeUndefined();
    expect(silence({}, undefined)).toBeUndefined();
  });
  it('not for what is paused when it resumes campaigns, but for what has ended', () => {
    const resume: Partial<Rule> = { action: { command: 'ResumeCampaign', params: {} } };
    expect(silence({}, campaign({ status: 'paused' }), {}, resume)).toBeUndefined();
    expect(silence({}, campaign({ status: 'ended' }), {}, resume)).toBe('not-serving');
  });
  it('on too few impressions', () => {
    expect(silence({ minSample: 1000 }, campaign(), { 'impressions.today': 999 })).toBe('sample-too-small');
    expect(silence({ minSample: 1000 }, campaign(), { 'impressions.today': 1000 })).toBeUndefined();
  });
  it('on facts that are too old', () => {
    expect(silence({ maxLagSeconds: 60 }, campaign(), { 'data.lagSeconds': 61 })).toBe('blind');
    expect(silence({ maxLagSeconds: 60 }, campaign(), { 'data.lagSeconds': 60 })).toBeUndefined();
    expect(silence({}, campaign(), { 'data.lagSeconds': 1e9 })).toBeUndefined();
  });
});

describe('parameters', () => {
  const adjust = (params: Record<string, unknown>) =>
    rule({ action: { command: 'AdjustDailyBudget', params } });
  it('name the budget that a factor makes, rounded half to even', () => {
    const previousDailyMicros = 5_000_001;
    expect(
      paramsOf(adjust({ factor: 0.5 }), campaign({ budget: { dailyMicros: previousDailyMicros } })),
    ).toEqual({
      ...{ dailyMicros: 2_500_000, factor: 0.5, previousDailyMicros },
    });
  });
  it('are the rule’s own where nothing has to be worked out', () => {
    expect(paramsOf(adjust({ dailyMicros: 7 }), undefined)).toEqual({ dailyMicros: 7 });
  });
  it('cannot be had without a daily budget, or beyond exact integers', () => {
    expect(paramsOf(adjust({ factor: 2 }), undefined)).toBeUndefined();
    expect(paramsOf(adjust({ factor: 2 }), campaign({ budget: { lifetimeMicros: 1 } }))).toBeUndefined();
    expect(
      paramsOf(adjust({ factor: 2 }), campaign({ budget: { dailyMicros: Number.MAX_SAFE_INTEGER } })),
    ).toBeUndefined();
    expect(paramsOf(adjust({ factor: 0.1 }), campaign({ budget: { dailyMicros: 1 } }))).toBeUndefined();
  });
});

describe('the reason', () => {
  const reason = (
    conditions: Conditions,
    facts: Record<string, FactValue>,
    currency: string | null = 'EUR',
  ) => reasonOf({ name: 'n', conditions }, recordedFacts(facts), currency);

  it('says what holds of an any, and both sides of a comparison of facts', () => {
    const conditions: Conditions = {
      any: [
        { fact: 'ctr.today', operator: 'lessThan', value: 0.001 },
        { fact: 'spend.today', operator: 'greaterThan', value: { fact: 'budget.daily' } },
      ],
    };
    expect(
      reason(conditions, { 'ctr.today': 0.5, 'spend.today': 6_000_000, 'budget.daily': 5_000_000 }),
    ).toBe('Spend today is 6.00 EUR, more than budget daily, 5.00 EUR (rule “n”).');
  });
  it('says rates in percent, an index as it is, and what a not denies', () => {
    const conditions: Conditions = {
      all: [
        { fact: 'ctr.last60m', operator: 'lessThan', value: 0.005 },
        { fact: 'pacing.index', operator: 'greaterThan', value: 1.1 },
        { not: { fact: 'campaign.status', operator: 'equal', value: 'paused' } },
      ],
    };
    expect(
      reason(
        conditions,
        { 'ctr.last60m': 0.0012, 'pacing.index': 1.23456, 'campaign.status': 'active' },
        null,
      ),
    ).toBe(
      'CTR in the last 60 minutes is 0.1 %, less than 0.5 % and pacing index is 1.235, more than 1.1 and campaign status is active, not equal to paused (rule “n”).',
    );
  });
  it('says that something is not known', () => {
    const conditions: Conditions = { all: [{ fact: 'budget.daily', operator: 'equal', value: null }] };
    expect(reason(conditions, { 'budget.daily': null })).toBe(
      'Budget daily is unknown, equal to unknown (rule “n”).',
    );
  });
});
