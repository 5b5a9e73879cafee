import type { CampaignTerms } from '../campaign/events.js';
import type { CampaignFigures } from '../figures/figures.js';
import { toMicrosNumber } from '../money/display.js';
import { subtractTotal, type Micros } from '../money/money.js';
import { dayBounds } from '../time/day.js';
import { flightDaysLeft, servingPlan } from './serving-plan.js';

/** A campaign's budgets as they bear on one day, in micros; null where it has none. Derived amounts are floating-point. */
export interface DayBudget {
  /** The budget of the day: the daily one, or for a flight budget alone its share of what is left. */
  readonly today: number | null;
  /** What pacing aims at today: as `today`, and no more than the flight budget's share when both are given. */
  readonly target: number | null;
  /** What may still be spent today, and at all; below 0 once overspent. The tightest cap wins. */
  readonly remainingToday: number | null;
  readonly remaining: number | null;
}

/** The budgets of `terms` on the day of `figures`. @throws {RangeError} when the terms name no zone or no instants. */
export function dayBudget(terms: CampaignTerms | undefined, figures: CampaignFigures): DayBudget {
  const daily = terms?.budget.dailyMicros ?? null;
  const lifetime = terms?.budget.lifetimeMicros ?? null;
  const ofFlight =
    terms === undefined || lifetime === null ? null : flightShareOfDay(terms, lifetime, figures);
  const remaining = lifetime === null ? null : lifetime - toMicrosNumber(figures.lifetime.net);
  const today = daily ?? ofFlight;
  return {
    today,
    target: tighter(daily, ofFlight),
    remainingToday: tighter(today === null ? null : today - toMicrosNumber(figures.today.net), remaining),
    remaining,
  };
}

/** {@link DayBudget.today} alone, which for a daily budget needs no arithmetic. @throws {RangeError} when the terms name no zone or no instants. */
export function budgetToday(terms: CampaignTerms | undefined, figures: CampaignFigures): number | null {
  return terms?.budget.dailyMicros ?? dayBudget(terms, figures).today;
}

/** (lifetime − spent before today) / days left including today; nothing once the flight is over or spent. */
function flightShareOfDay(terms: CampaignTerms, lifetime: Micros, figures: CampaignFigures): number {
  const day = dayBounds(terms.timezone, figures.day);
  const daysLeft = flightDaysLeft(servingPlan(terms), day) ?? 0;
  if (daysLeft === 0) return 0;
  const spentBefore = toMicrosNumber(subtractTotal(figures.lifetime.net, figures.today.net));
  return Math.max(0, (lifetime - spentBefore) / daysLeft);
}

function tighter(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}
