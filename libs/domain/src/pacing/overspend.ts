import { addEstimate } from '../money/display.js';
import { compareTotal, ZERO, type Micros, type Total } from '../money/money.js';
import { isHeldByAdvertiser, type Surroundings } from './levels.js';

/** The net spend above which a cap of `cap` micros is overspent: cap × (1 + tolerance), the tolerance in whole micros. */
export function overspendLimit(cap: Micros, tolerance: number): Total {
  return addEstimate({ micros: cap, nanos: 0 }, cap * tolerance);
}

/**
 * Whether net spend, and `aheadMicros` more of the campaign, exceeds a budget × (1 + tolerance): its own, of the day or of the
 * flight; its advertiser's, of all its campaigns together; or of what is spent by now, an ad group's. Null without any budget.
 */
export function isOverspent(around: Surroundings, aheadMicros = 0): boolean | null {
  const { terms, figures, advertiser } = around;
  if (terms === undefined) return null;
  const { tolerance } = terms.pacing;
  const caps: (readonly [spent: Total, cap: Micros | undefined])[] = [
    [addEstimate(figures.today.net, aheadMicros), terms.budget.dailyMicros],
    [addEstimate(figures.lifetime.net, aheadMicros), terms.budget.lifetimeMicros],
  ];
  if (isHeldByAdvertiser(terms, advertiser)) {
    caps.push([addEstimate(advertiser.today, aheadMicros), advertiser.budget.dailyMicros]);
    caps.push([addEstimate(advertiser.lifetime, aheadMicros), advertiser.budget.lifetimeMicros]);
  }
  for (const { adGroupId, budget } of terms.adGroups ?? []) {
    const spent = figures.adGroups?.find((one) => one.adGroupId === adGroupId);
    caps.push([spent?.today ?? ZERO, budget.dailyMicros], [spent?.lifetime ?? ZERO, budget.lifetimeMicros]);
  }
  if (caps.every(([, cap]) => cap === undefined)) return null;
  return caps.some(([spent, cap]) => exceeds(spent, cap, tolerance));
}

function exceeds(spent: Total, cap: Micros | undefined, tolerance: number): boolean {
  return cap !== undefined && compareTotal(spent, overspendLimit(cap, tolerance)) > 0;
}
