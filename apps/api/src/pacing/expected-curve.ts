import {
  dayBounds,
  HOUR_MS,
  roundHalfEven,
  servingPlan,
  shareOfDay,
  type Campaign,
  type PacingView,
} from '@flightdeck/domain';

/** A curve bends at the hours of its week, at the edges of its day parts and of its flight: all of them on a quarter of an hour, save the last. */
const STEP_MS = HOUR_MS / 4;

/**
 * What a day should have cost by each moment, in micros: its target × the share of its serving time, as pacing computes it at one
 * moment. Empty when there is no target or no curve.
 */
export function expectedCurve(
  campaign: Campaign,
  { day, budget: { targetMicros } }: Pick<PacingView, 'day' | 'budget'>,
): readonly { readonly atMs: number; readonly expectedMicros: number }[] {
  if (targetMicros === null) return [];
  const plan = servingPlan(campaign);
  const bounds = dayBounds(plan.zone, day);
  const points: { readonly atMs: number; readonly expectedMicros: number }[] = [];
  for (const atMs of moments(bounds.startMs, bounds.endMs, [plan.flightStartMs, plan.flightEndMs])) {
    const share = shareOfDay(plan, campaign.pacing.mode, bounds, atMs);
    if (share === null) return [];
    points.push({ atMs, expectedMicros: roundHalfEven(targetMicros * share) });
  }
  return points;
}

function moments(startMs: number, endMs: number, edges: readonly number[]): readonly number[] {
  const all = edges.filter((ms) => ms > startMs && ms < endMs);
  for (let ms = startMs; ms < endMs; ms += STEP_MS) all.push(ms);
  return [...new Set([...all, endMs])].sort((a, b) => a - b);
}
