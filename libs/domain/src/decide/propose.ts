import type { Campaign } from '../campaign/events.js';
import type { CommandCommand, ProposedCommand } from '../command/command.js';
import type { Firing } from '../command/events.js';
import type { CampaignFigures } from '../figures/figures.js';
import type { Rule } from '../rule/rule.js';
import { rearmOf } from '../rule/shared.js';
import { dayOf } from '../time/day.js';
import { formatInstant } from '../time/format-instant.js';
import { factsUsed, pick, type FactSource } from './fact-source.js';
import { paramsOf } from './params.js';
import type { PreparedRule } from './prepared-rule.js';
import { reasonOf } from './reason.js';

/** How long a campaign system has to answer. */
export const EXPIRES_AFTER_MS = 15 * 60_000;

/** What a person wants to see beside the facts that the rule looked at. */
const CONTEXT_FACTS = ['spend.today', 'budget.daily', 'utilization.today', 'campaign.status'];

/** And where another level of the budget tree than the campaign's binds it. */
const CONTEXT_FACTS_OF_TREE = [...CONTEXT_FACTS, 'budget.tightestLevel', 'budget.effectiveDaily'];

/** What fire-once and the daily maximum count by, for a rule and a campaign at a moment. */
export function firingOf(
  { rule, threshold }: Pick<PreparedRule, 'rule' | 'threshold'>,
  campaign: Campaign | undefined,
  nowMs: number,
): Required<Firing> {
  const day = dayOf(campaign?.timezone ?? 'UTC', nowMs);
  if (rule.guards.fireOncePer !== 'flight') return { period: day, day, threshold };
  return { period: campaign === undefined ? 'flight' : `flight:${campaign.flight.start}`, day, threshold };
}

/** Everything that one decision is made from. */
export interface Matched {
  readonly prepared: PreparedRule;
  readonly campaign: Campaign | undefined;
  readonly figures: CampaignFigures;
  readonly facts: FactSource;
  readonly nowMs: number;
}

/** The command of a rule that has matched, without its place among the campaign's commands; undefined when its parameters cannot be worked out. */
export function propose({ prepared, campaign, figures, facts, nowMs }: Matched): ProposedCommand | undefined {
  const { rule } = prepared;
  const params = paramsOf(rule, campaign);
  if (params === undefined) return undefined;
  const level = facts('budget.tightestLevel');
  const context = level === null || level === 'campaign' ? CONTEXT_FACTS : CONTEXT_FACTS_OF_TREE;
  const recorded = [...new Set([...prepared.facts, ...guardFacts(rule), ...context])];
  return {
    command: rule.action.command,
    campaignId: figures.campaignId,
    advertiserId: campaign?.advertiserId ?? null,
    expiresAt: formatInstant(nowMs + EXPIRES_AFTER_MS),
    ruleId: rule.ruleId,
    ruleRevision: rule.revision,
    severity: rule.severity,
    reason: reasonOf(rule, facts, campaign?.currency ?? figures.currency),
    facts: pick(facts, recorded),
    params,
    cause: figures.position,
  };
}

/** The order to issue what was proposed. `derive` makes the command's id of the firing's name. */
export function issueOrder(
  { prepared, campaign, nowMs }: Matched,
  proposed: ProposedCommand,
  derive: (name: string) => string,
  rearmedAfter: number | undefined,
): Extract<CommandCommand, { type: 'IssueCommand' }> {
  const firing = firingOf(prepared, campaign, nowMs);
  const rearmed = rearmedAfter === undefined ? {} : { rearmedAfter };
  const { guards } = prepared.rule;
  return { type: 'IssueCommand', at: formatInstant(nowMs), proposed, firing, guards, ...rearmed, derive };
}

function guardFacts(rule: Rule): readonly string[] {
  const { guards } = rule;
  const rearm = rearmOf(rule);
  return [
    ...(guards.minSample === undefined ? [] : ['impressions.today']),
    ...(guards.maxLagSeconds === undefined ? [] : ['data.lagSeconds']),
    ...(rearm === undefined ? [] : factsUsed(rearm)),
  ];
}
