import type { Campaign } from '../campaign/events.js';
import { isRolledOut } from '../rule/rollout.js';
import type { Rule } from '../rule/rule.js';
import { isOnSchedule } from '../rule/schedule.js';
import { parseInstant } from '../time/instant.js';
import type { FactSource } from './fact-source.js';

/** Why a rule is silent for a campaign just now. `blind`: its facts are too old to act on, which somebody should look at. */
export type Silence = 'not-rolled-out' | 'out-of-schedule' | 'not-serving' | 'sample-too-small' | 'blind';

/** The campaign that a rule looks at, when, and what is known of it. */
export interface Sight {
  readonly campaignId: string;
  readonly campaign: Campaign | undefined;
  readonly facts: FactSource;
  readonly nowMs: number;
}

/**
 * The guards that look at the campaign, the clock and the facts (fire-once, cooldown, the daily maximum and hysteresis are decided
 * with the commands). An unregistered campaign has no status and no flight, so nothing speaks against it.
 */
export function silenceOf(rule: Rule, sight: Sight): Silence | undefined {
  const { guards } = rule;
  const { campaignId, campaign, facts, nowMs } = sight;
  if (!isRolledOut(rule, campaignId, campaign?.tags)) return 'not-rolled-out';
  if (!isOnSchedule(guards.schedule, campaign?.timezone ?? 'UTC', nowMs)) return 'out-of-schedule';
  if (guards.evenWhenNotServing !== true && campaign !== undefined && !mayAct(rule, campaign, nowMs))
    return 'not-serving';
  if (guards.maxLagSeconds !== undefined && numberOf(facts('data.lagSeconds')) > guards.maxLagSeconds)
    return 'blind';
  if (guards.minSample !== undefined && numberOf(facts('impressions.today')) < guards.minSample)
    return 'sample-too-small';
  return undefined;
}

/** Resuming is asked of paused campaigns only, so for it being paused is no reason to be silent. */
function mayAct({ action }: Rule, { status, flight }: Campaign, nowMs: number): boolean {
  const inFlight =
    (parseInstant(flight.start) ?? Infinity) <= nowMs && nowMs < (parseInstant(flight.end) ?? -Infinity);
  return inFlight && (status === 'active' || (status === 'paused' && action.command === 'ResumeCampaign'));
}

/** Before the first event there is neither a sample nor a lag. */
function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
