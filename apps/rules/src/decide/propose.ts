import {
  dayOf,
  formatInstant,
  type Campaign,
  type CampaignFigures,
  type CommandCommand,
  type Firing,
  type Guards,
} from '@flightdeck/domain';
import { pick, type FactSource } from '../evaluate/facts.js';
import { commandIdOf } from '../ids.js';
import type { ActiveRule } from '../rule-book/active-rule.js';
import { paramsOf } from './params.js';
import { reasonOf } from './reason.js';

/** How long a campaign system has to answer. */
export const EXPIRES_AFTER_MS = 15 * 60_000;

/** What a person wants to see beside the facts that the rule looked at. */
const CONTEXT_FACTS = ['spend.today', 'budget.daily', 'utilization.today', 'campaign.status'];

/** What fire-once and the daily maximum count by, for a rule and a campaign at a moment. */
export function firingOf(
  { rule, threshold }: ActiveRule,
  campaign: Campaign | undefined,
  nowMs: number,
): Required<Firing> {
  const day = dayOf(campaign?.timezone ?? 'UTC', nowMs);
  if (rule.guards.fireOncePer !== 'flight') return { period: day, day, threshold };
  return { period: campaign === undefined ? 'flight' : `flight:${campaign.flight.start}`, day, threshold };
}

/** Everything that one decision is made from. */
export interface Matched {
  readonly active: ActiveRule;
  readonly campaign: Campaign | undefined;
  readonly figures: CampaignFigures;
  readonly facts: FactSource;
  readonly nowMs: number;
}

/** The order to issue the command of a rule that has matched; undefined when its parameters cannot be worked out. */
export function propose({
  active,
  campaign,
  figures,
  facts,
  nowMs,
}: Matched): Extract<CommandCommand, { type: 'IssueCommand' }> | undefined {
  const { rule, evaluator } = active;
  const params = paramsOf(rule, campaign);
  if (params === undefined) return undefined;
  return {
    type: 'IssueCommand',
    at: formatInstant(nowMs),
    proposed: {
      command: rule.action.command,
      campaignId: figures.campaignId,
      advertiserId: campaign?.advertiserId ?? null,
      expiresAt: formatInstant(nowMs + EXPIRES_AFTER_MS),
      ruleId: rule.ruleId,
      ruleRevision: rule.revision,
      severity: rule.severity,
      reason: reasonOf(rule, facts, campaign?.currency ?? figures.currency),
      facts: pick(facts, [...new Set([...evaluator.facts, ...guardFacts(rule.guards), ...CONTEXT_FACTS])]),
      params,
      cause: figures.position,
    },
    firing: firingOf(active, campaign, nowMs),
    guards: rule.guards,
    derive: commandIdOf,
  };
}

function guardFacts(guards: Guards): readonly string[] {
  return [
    ...(guards.minSample === undefined ? [] : ['impressions.today']),
    ...(guards.maxLagSeconds === undefined ? [] : ['data.lagSeconds']),
  ];
}
