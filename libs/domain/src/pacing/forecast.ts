import type { EpochMs } from '../time/instant.js';
import { MINUTE_MS, SECOND_MS, UTC_DAY_MS } from '../time/instant.js';
import { instantOfWeight, servingMs, servingWeight } from './serving.js';
import type { ServingPlan } from './serving-plan.js';

/** The window whose spend says how fast a campaign spends now. */
export const RUN_RATE_WINDOW_MS = 15 * MINUTE_MS;

/** How far ahead the end of a flight budget is looked for. */
export const EXHAUSTION_HORIZON_MS = 35 * UTC_DAY_MS;

/** How fast a campaign spends: in micros per serving second, and per unit of serving weight, by which it is carried forward. */
export interface RunRate {
  readonly microsPerSecond: number;
  readonly microsPerWeight: number;
}

/** No spend. */
export const STOPPED: RunRate = { microsPerSecond: 0, microsPerWeight: 0 };

/**
 * The run rate at `nowMs` from the net spend (micros) of the 15 minutes before it, over the serving time within them. Nothing
 * when there was none, and never below 0: a credit does not forecast more credits.
 */
export function runRate(plan: ServingPlan, spent15mMicros: number, nowMs: EpochMs): RunRate {
  const fromMs = nowMs - RUN_RATE_WINDOW_MS;
  const spent = Math.max(0, spent15mMicros);
  if (spent === 0) return STOPPED;
  const elapsedMs = servingMs(plan, fromMs, nowMs);
  const weight = plan.curve === undefined ? elapsedMs : servingWeight(plan, fromMs, nowMs);
  return {
    microsPerSecond: elapsedMs === 0 ? 0 : (spent / elapsedMs) * SECOND_MS,
    microsPerWeight: weight === 0 ? 0 : spent / weight,
  };
}

/** Micros that will be spent from `nowMs` to `untilMs` at that rate, weighted by the plan's curve. */
export function spendAhead(plan: ServingPlan, rate: RunRate, nowMs: EpochMs, untilMs: EpochMs): number {
  return rate.microsPerWeight === 0 ? 0 : rate.microsPerWeight * servingWeight(plan, nowMs, untilMs);
}

/** When `remaining` micros are spent at that rate: now when none remain, null when `untilMs` or the horizon comes first. */
export function exhaustionAt(
  plan: ServingPlan,
  rate: RunRate,
  remaining: number,
  nowMs: EpochMs,
  untilMs: EpochMs,
): EpochMs | null {
  if (remaining <= 0) return nowMs;
  if (rate.microsPerWeight === 0) return null;
  const horizonMs = Math.min(untilMs, nowMs + EXHAUSTION_HORIZON_MS);
  const at = instantOfWeight(plan, nowMs, remaining / rate.microsPerWeight, horizonMs);
  return at === undefined ? null : Math.ceil(at);
}
