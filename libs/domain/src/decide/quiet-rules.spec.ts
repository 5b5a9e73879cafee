import { spent } from '@flightdeck/testing';
import { describe, expect, it } from '@jest/globals';
import type { Campaign } from '../campaign/events.js';
import { EMPTY_COUNTERS } from '../figures/counters.js';
import { HOUR_MS, MINUTE_MS } from '../time/instant.js';
import type { Guards, Rule } from '../rule/rule.js';
import type { Verdict } from './decide-campaign.js';
import { prepareRule, type PreparedRule } from './prepared-rule.js';
import { QuietRules, type QuietCampaign } from './quiet-rules.js';

const NOW_MS = Date.parse('2026-11-22T15:00:30Z');
const NOT_MATCHED = { kind: 'not-matched' } as Verdict;
const FIRED = { kind: 'skipped', why: 'AlreadyFired' } as Verdict;

const campaign: Campaign = {
  ...{ campaignId: 'c1', name: 'c1', advertiserId: 'a', currency: 'USD', timezone: 'UTC', tags: [] },
  ...{ status: 'active', budget: { dailyMicros: 5_000_000 }, registeredAt: '2026-11-01T00:00:00Z' },
  flight: { start: '2026-11-01T00:00:00Z', end: '2026-12-01T00:00:00Z' },
  pacing: { mode: 'even', tolerance: 0 },
};

function onFact(fact: string, guards: Guards = {}): PreparedRule {
  const rule: Rule = {
    ...{ ruleId: 'r1', revision: 0, mode: 'active', author: 'ann', name: 'n', severity: 'info' },
    ...{ priority: 1, guards, scope: { all: true } },
    conditions: { all: [{ fact, operator: 'greaterThan', value: 1 }] },
    action: { command: 'PauseCampaign', params: {} },
  };
  return prepareRule(rule, '');
}

/** A rule that has come to a verdict, of a campaign that nothing has been counted of. */
function quieted(
  prepared: PreparedRule,
  verdict = NOT_MATCHED,
  isHeld = false,
): {
  readonly quiet: QuietCampaign<PreparedRule>;
  readonly again: (nowMs: number, terms?: Campaign) => typeof quiet;
} {
  const known = new QuietRules<PreparedRule>();
  const rules = [prepared];
  const quiet = known.at('c1', rules, campaign, NOW_MS);
  quiet.count(EMPTY_COUNTERS, isHeld);
  quiet.note(0, verdict);
  return { quiet, again: (nowMs, terms = campaign) => known.at('c1', rules, terms, nowMs) };
}

describe('a rule that did not match', () => {
  it('is quiet while nothing that it looks at changes', () => {
    const { quiet, again } = quieted(onFact('spend.today'));
    again(NOW_MS + HOUR_MS).count({ ...EMPTY_COUNTERS, impressions: 9, events: 9 }, false);
    expect([quiet.isOpen(0), quiet.isUnmatched(0)]).toEqual([false, true]);
  });
  it('is looked at again when money is counted', () => {
    const { quiet } = quieted(onFact('spend.today'));
    quiet.count(spent(1), false);
    expect(quiet.isOpen(0)).toBe(true);
  });
  it('is looked at again when a minute leaves its window', () => {
    const { quiet, again } = quieted(onFact('spend.last5m'));
    again(NOW_MS + 1);
    expect(quiet.isOpen(0)).toBe(false);
    again(NOW_MS + MINUTE_MS);
    expect(quiet.isOpen(0)).toBe(true);
  });
  it('is looked at again under other terms', () => {
    const { again } = quieted(onFact('budget.lifetime'));
    expect(again(NOW_MS, { ...campaign, budget: { lifetimeMicros: 1 } }).isOpen(0)).toBe(true);
  });
  it('is never quiet when siblings move what it looks at', () => {
    const { quiet } = quieted(onFact('utilization.today'), NOT_MATCHED, true);
    expect(quiet.isOpen(0)).toBe(true);
  });
  it('is looked at again when a shared budget begins to bear on it', () => {
    const { quiet } = quieted(onFact('utilization.today'));
    expect(quiet.isOpen(0)).toBe(false);
    quiet.count(EMPTY_COUNTERS, true);
    expect(quiet.isOpen(0)).toBe(true);
  });
  it('is never quiet when it has to be seen to clear', () => {
    const { quiet } = quieted(onFact('spend.today', { rearmAfterMinutes: 5 }));
    expect(quiet.isOpen(0)).toBe(true);
  });
});

describe('a rule that has fired in its period', () => {
  it('is spent whatever is counted, until a new day', () => {
    const { quiet, again } = quieted(onFact('spend.today'), FIRED);
    quiet.count(spent(7), false);
    expect([quiet.isSpent(0), quiet.isOpen(0)]).toEqual([true, false]);
    again(NOW_MS + 9 * HOUR_MS);
    expect(quiet.isOpen(0)).toBe(true);
  });
  it('is not spent when it may fire as often as it likes', () => {
    const { quiet } = quieted(onFact('spend.today', { fireOncePer: 'none' }), FIRED);
    expect(quiet.isOpen(0)).toBe(true);
  });
});

it('forgets the campaign that it has known longest', () => {
  const known = new QuietRules<PreparedRule>(1);
  const rules = [onFact('spend.today')];
  known.at('c1', rules, campaign, NOW_MS).note(0, NOT_MATCHED);
  known.at('c2', rules, campaign, NOW_MS);
  expect(known.at('c1', rules, campaign, NOW_MS).isOpen(0)).toBe(true);
});
