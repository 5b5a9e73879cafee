import type { Campaign, Rule, RuleScope } from '@flightdeck/domain';
import { describe, expect, it } from '@jest/globals';
import { ScopeIndex } from './scope-index.js';

const rule = (ruleId: string, scope: RuleScope, priority = 100): { rule: Rule } => ({
  rule: {
    ...{
      ruleId,
      scope,
      priority,
      revision: 0,
      mode: 'active',
      author: 'ann',
      name: ruleId,
      severity: 'info',
      guards: {},
    },
    conditions: { all: [{ fact: 'spend.today', operator: 'greaterThan', value: 1 }] },
    action: { command: 'NotifyOwner', params: {} },
  },
});
const campaign = (campaignId: string, advertiserId: string, tags: readonly string[]): Campaign => ({
  ...{
    campaignId,
    advertiserId,
    tags,
    name: campaignId,
    currency: 'USD',
    timezone: 'UTC',
    status: 'active',
    budget: {},
  },
  flight: { start: '2026-01-01T00:00:00Z', end: '2027-01-01T00:00:00Z' },
  pacing: { mode: 'even', tolerance: 0 },
  registeredAt: '2026-01-01T00:00:00Z',
});
const index = new ScopeIndex([
  rule('all', { all: true }),
  rule('urgent', { campaignIds: ['c1', 'stray'] }, 900),
  rule('advertiser', { advertiserId: 'adv1' }),
  rule('tags', { tags: ['a', 'b'] }),
]);
const found = (campaignId: string, registered: Campaign | undefined) =>
  index.inScope(campaignId, registered).map((one) => one.rule.ruleId);

describe('rules in scope', () => {
  it('are those for all, for the campaign, its advertiser and any of its tags, each once, in their order', () => {
    expect(found('c1', campaign('c1', 'adv1', ['b', 'a']))).toEqual(['urgent', 'advertiser', 'all', 'tags']);
    expect(found('c2', campaign('c2', 'adv2', []))).toEqual(['all']);
  });
  it('of an unregistered campaign are those that name it, and those for all', () => {
    expect(found('stray', undefined)).toEqual(['urgent', 'all']);
  });
  it('are found anew when the campaign changes', () => {
    expect(found('c3', campaign('c3', 'adv2', []))).toEqual(['all']);
    expect(found('c3', campaign('c3', 'adv2', ['a']))).toEqual(['all', 'tags']);
  });
});
