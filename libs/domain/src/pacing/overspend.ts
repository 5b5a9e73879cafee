import type { CampaignTerms } from '../campaign/events.js';
import { addEstimate } from '../money/display.js';
import { compareTotal, type Micros, type Total } from '../money/money.js';

/** The net spend above which a cap of `cap` micros is overspent: cap × (1 + tolerance), the tolerance in whole micros. */
export function overspendLimit(cap: Micros, tolerance: number): Total {
  return addEstimate({ micros: cap, nanos: 0 }, cap * tolerance);
}

/** Whether net spend of the day or of the flight exceeds its budget × (1 + tolerance); null without a budget. */
export function isOverspent(terms: CampaignTerms | undefined, today: Total, lifetime: Total): boolean | null {
  if (terms === undefined) return null;
  const { budget, pacing } = terms;
  if (budget.dailyMicros === undefined && budget.lifetimeMicros === undefined) return null;
  return (
    exceeds(today, budget.dailyMicros, pacing.tolerance) ||
    exceeds(lifetime, budget.lifetimeMicros, pacing.tolerance)
  );
}

function exceeds(spent: Total, cap: Micros | undefined, tolerance: number): boolean {
  return cap !== undefined && compareTotal(spent, overspendLimit(cap, tolerance)) > 0;
}
