import { ratio } from '../money/display.js';
import type { DayBounds } from '../time/day.js';
import type { EpochMs } from '../time/instant.js';
import type { DayBudget } from './budget.js';
import type { Surroundings } from './levels.js';
import type { ServingPlan } from './serving-plan.js';
import { shareOfDay, shareOfFlight } from './share.js';

/** What a campaign should have spent by now, in unrounded micros; null where its terms say nothing of it. */
export interface Expectation {
  /** Share of today's target that should be spent by now, 0 to 1. */
  readonly share: number | null;
  /** Today's target × share. */
  readonly today: number | null;
  /** Lifetime budget × the share of the flight's serving time that has elapsed. */
  readonly lifetime: number | null;
  /**
   * What the index compares: the day with a daily budget, the flight with a flight budget alone. A flight budget's daily
   * target already makes up for what was not spent before, so only the flight as a whole shows that it is behind.
   */
  readonly basis: 'day' | 'flight' | null;
  /** Actual / expected, null while nothing is expected. */
  readonly index: number | null;
}

const NOTHING_EXPECTED: Expectation = { share: null, today: null, lifetime: null, basis: null, index: null };

/** What the terms, and the budgets that bear on the day, expect by `nowMs` on that day, whose bounds are `day`. @throws {RangeError} for an unknown zone. */
export function expectationAt(
  { terms, figures }: Surroundings,
  { target }: DayBudget,
  plan: ServingPlan,
  day: DayBounds,
  nowMs: EpochMs,
): Expectation {
  if (terms === undefined) return NOTHING_EXPECTED;
  const { dailyMicros, lifetimeMicros } = terms.budget;
  const share = shareOfDay(plan, terms.pacing.mode, day, nowMs);
  const today = times(target, share);
  const lifetime =
    lifetimeMicros === undefined
      ? null
      : times(lifetimeMicros, shareOfFlight(plan, terms.pacing.mode, day, nowMs));
  if (dailyMicros === undefined && lifetime !== null) {
    return { share, today, lifetime, basis: 'flight', index: ratio(figures.lifetime.net, lifetime) };
  }
  if (today === null) return { share, today, lifetime, basis: null, index: null };
  return { share, today, lifetime, basis: 'day', index: ratio(figures.today.net, today) };
}

function times(amount: number | null, share: number | null): number | null {
  return amount === null || share === null ? null : amount * share;
}
