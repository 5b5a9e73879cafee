import { parseInstant, type Campaign, type Rule } from '@flightdeck/domain';
import type { FactSource } from '../evaluate/facts.js';

/** Why a rule is silent for a campaign just now. `blind`: its facts are too old to act on, which somebody should look at. */
export type Silence = 'not-serving' | 'sample-too-small' | 'blind';

/**
 * The guards that look at the campaign and its facts (fire-once, cooldown and the daily maximum are decided with the commands).
 * An unregistered campaign has no status and no flight, so nothing speaks against it.
 */
export function silenceOf(
  rule: Rule,
  campaign: Campaign | undefined,
  facts: FactSource,
  nowMs: number,
): Silence | undefined {
  const { guards } = rule;
  if (guards.evenWhenNotServing !== true && campaign !== undefined && !mayAct(rule, campaign, nowMs))
    return 'not-serving';
  if (guards.minSample !== undefined && numberOf(facts('impressions.today')) < guards.minSample)
    return 'sample-too-small';
  if (guards.maxLagSeconds !== undefined && numberOf(facts('data.lagSeconds')) > guards.maxLagSeconds)
    return 'blind';
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
