import type { CampaignTerms, PacedTerms } from '../campaign/events.js';
import type { CampaignFigures } from '../figures/figures.js';
import { toMicrosNumber } from '../money/display.js';
import { subtractTotal, type Micros } from '../money/money.js';
import { dayBounds } from '../time/day.js';
import {
  adGroupLevel,
  advertiserLevel,
  tighter,
  type CapLevel,
  type LevelCap,
  type Surroundings,
} from './levels.js';
import { flightDaysLeft, servingPlan } from './serving-plan.js';

/** A campaign's budgets as they bear on one day, in micros; null where it has none. Derived amounts are floating-point. */
export interface DayBudget {
  /** The campaign's own budget of the day: the daily one, or for a flight budget alone its share of what is left. */
  readonly today: number | null;
  /** The budget of the day under the tightest cap: as `today`, and no more than its advertiser or its ad groups still leave. */
  readonly effective: number | null;
  /** What pacing aims at today: as `effective`, and no more than the flight budget's share when both are given. */
  readonly target: number | null;
  /** What may still be spent today, and at all, under the tightest cap; below 0 once overspent. */
  readonly remainingToday: number | null;
  readonly remaining: number | null;
  /** Which level leaves the least today; null without any cap. */
  readonly level: CapLevel | null;
}

/** The budgets that bear on a campaign on the day of its figures. @throws {RangeError} when the terms name no zone or no instants. */
export function dayBudget(around: Surroundings): DayBudget {
  const { terms, figures } = around;
  const daily = terms?.budget.dailyMicros ?? null;
  const lifetime = terms?.budget.lifetimeMicros ?? null;
  const ofFlight =
    terms === undefined || lifetime === null ? null : flightShareOfDay(terms, lifetime, figures);
  const remaining = lifetime === null ? null : lifetime - toMicrosNumber(figures.lifetime.net);
  const today = daily ?? ofFlight;
  const spent = toMicrosNumber(figures.today.net);
  const left = tighter(today === null ? null : today - spent, remaining);
  const own: LevelCap | undefined = left === null ? undefined : { level: 'campaign', left, remaining };
  const others = [advertiserLevel(around), adGroupLevel(around)].filter((one) => one !== undefined);
  const effective = others.reduce((cap, one) => tighter(cap, spent + Math.max(0, one.left ?? 0)), today);
  const levels = own === undefined ? others : [own, ...others];
  return {
    today,
    effective,
    target: tighter(tighter(daily, ofFlight), effective),
    remainingToday: levels.reduce<number | null>((least, one) => tighter(least, one.left), null),
    remaining: levels.reduce<number | null>((least, one) => tighter(least, one.remaining), null),
    level: tightest(levels),
  };
}

/** {@link DayBudget.today} alone, which for a daily budget needs no arithmetic. @throws {RangeError} when the terms name no zone or no instants. */
export function budgetToday(terms: PacedTerms | undefined, figures: CampaignFigures): number | null {
  return terms?.budget.dailyMicros ?? dayBudget({ terms, figures }).today;
}

/** {@link DayBudget.effective} alone, which for a daily budget that nothing else bears on needs no arithmetic. @throws {RangeError} when the terms name no zone or no instants. */
export function effectiveToday(around: Surroundings): number | null {
  const { terms, figures, advertiser } = around;
  if (advertiser === undefined && figures.adGroups === undefined) return budgetToday(terms, figures);
  return dayBudget(around).effective;
}

/** Of levels that leave the same, the campaign's own is named. */
function tightest(levels: readonly LevelCap[]): CapLevel | null {
  let least: LevelCap | undefined;
  for (const one of levels)
    if (least === undefined || (one.left ?? Infinity) < (least.left ?? Infinity)) least = one;
  return least?.level ?? null;
}

/** (lifetime − spent before today) / days left including today; nothing once the flight is over or spent. */
function flightShareOfDay(terms: CampaignTerms, lifetime: Micros, figures: CampaignFigures): number {
  const day = dayBounds(terms.timezone, figures.day);
  const daysLeft = flightDaysLeft(servingPlan(terms), day) ?? 0;
  if (daysLeft === 0) return 0;
  const spentBefore = toMicrosNumber(subtractTotal(figures.lifetime.net, figures.today.net));
  return Math.max(0, (lifetime - spentBefore) / daysLeft);
}
