import type { PacingView } from '@flightdeck/domain';

/** From here to there a pacing index is healthy (domain.md §5). */
const HEALTHY_MIN = 0.9;
const HEALTHY_MAX = 1.1;
/** Money that is gone weighs more than money that can still be spent. */
const OVERSPEND_WEIGHT = 2;

/**
 * How much a campaign needs looking at: 0 on plan, paused, ended or without a budget; else the largest of how far its pace is
 * outside the healthy range and, twice, by which share its spend or forecast is over the day's budget.
 */
export function riskOf(view: PacingView): number {
  if (view.status !== 'active') return 0;
  const index = view.pacingIndex;
  const offPace = index === null ? 0 : Math.max(HEALTHY_MIN - index, index - HEALTHY_MAX, 0);
  return Math.max(offPace, OVERSPEND_WEIGHT * overShare(view));
}

function overShare(view: PacingView): number {
  const budget = view.budget.todayMicros;
  if (budget === null || budget <= 0) return 0;
  return Math.max(view.spend.today.micros / budget - 1, view.forecastMicros / budget - 1, 0);
}
