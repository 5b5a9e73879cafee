import type { CapResponse } from '@flightdeck/contracts';
import type { PacingView } from '@flightdeck/domain';

/** The tightest cap of a campaign; null without any. */
export function capResponse({ cap, budget }: PacingView): CapResponse | null {
  if (cap === null) return null;
  const { level, todayMicros } = cap;
  return { level, todayMicros, remainingTodayMicros: budget.remainingTodayMicros };
}
