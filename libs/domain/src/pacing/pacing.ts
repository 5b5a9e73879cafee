import type { CampaignStatus, PacedTerms } from '../campaign/events.js';
import type { AdvertiserFigures, CampaignFigures } from '../figures/figures.js';
import { addEstimate, displayMicros, ratio, roundHalfEven, toMicrosNumber } from '../money/display.js';
import type { Micros, Total } from '../money/money.js';
import { dayBounds, type DayBounds } from '../time/day.js';
import type { EpochMs } from '../time/instant.js';
import { dayBudget, type DayBudget } from './budget.js';
import { expectationAt } from './expectation.js';
import { EXHAUSTION_HORIZON_MS, exhaustionAt, runRate, spendAhead, STOPPED } from './forecast.js';
import { inFlight } from './in-flight.js';
import type { CapLevel } from './levels.js';
import { isOverspent } from './overspend.js';
import { flightDaysLeft, servingPlan } from './serving-plan.js';

/** What pacing is computed from. Terms and status are undefined while nobody has registered the campaign: days are then UTC's. */
export interface PacingInput {
  readonly terms: PacedTerms | undefined;
  readonly status: CampaignStatus | undefined;
  readonly figures: CampaignFigures;
  /** Where its advertiser has a budget: what all campaigns of that spend together. */
  readonly advertiser?: AdvertiserFigures | undefined;
  readonly nowMs: EpochMs;
}

/**
 * How a campaign spends against its plan, on the day of its figures (domain.md §5). Spend is exact; amounts that are derived
 * from rates and shares are rounded half to even to whole micros, for display and comparison only. Null: there is no budget,
 * no curve (`asap`), or the denominator is 0.
 */
export interface PacingView {
  readonly campaignId: string;
  /** YYYY-MM-DD, campaign's zone. */
  readonly day: string;
  readonly status: CampaignStatus | null;
  /** Net unless said otherwise. */
  readonly spend: {
    readonly today: Total;
    readonly grossToday: Total;
    readonly lifetime: Total;
    readonly grossLifetime: Total;
  };
  readonly budget: {
    readonly dailyMicros: Micros | null;
    readonly lifetimeMicros: Micros | null;
    /** The budget of the day: the daily one, or for a flight budget alone its share of what is left. */
    readonly todayMicros: Micros | null;
    /** What pacing aims at today: the tightest of the daily budget, the flight budget's share and what the tree leaves. */
    readonly targetMicros: Micros | null;
    /** What may still be spent today, and at all, under the tightest cap; below 0 once overspent. */
    readonly remainingTodayMicros: Micros | null;
    readonly remainingMicros: Micros | null;
  };
  /** The tightest cap of the budget tree: at which level it is, and the budget of the day under it. Null without any. */
  readonly cap: { readonly level: CapLevel; readonly todayMicros: Micros | null } | null;
  /** What has very likely been spent and is not told of yet; null when the newest event is too old to tell. */
  readonly inFlightMicros: Micros | null;
  /** What remains today once that is told of; null without a cap, or when it cannot be told. */
  readonly remainingAfterInFlightMicros: Micros | null;
  /** Share of today's target that should be spent by now, 0 to 1. */
  readonly share: number | null;
  /** Today's target × share. */
  readonly expectedMicros: Micros | null;
  /** Lifetime budget × the share of the flight's serving time that has elapsed. */
  readonly expectedLifetimeMicros: Micros | null;
  /** What the index compares: today's spend and expectation, or the whole flight's when only a flight budget is given. */
  readonly indexBasis: 'day' | 'flight' | null;
  /** Actual / expected; healthy from 0.90 to 1.10. Null while nothing is expected. */
  readonly pacingIndex: number | null;
  /** Net spend of the last 15 minutes per serving second. */
  readonly runRateMicrosPerSecond: number;
  /** What will have been spent when the day ends, if the campaign goes on spending as in the last 15 minutes. */
  readonly forecastMicros: Micros;
  /** When a budget will be spent at that rate: the daily one today, a flight budget alone within 35 days. */
  readonly exhaustsAtMs: EpochMs | null;
  /** Spend / budget; of the day under the tightest cap. */
  readonly utilizationToday: number | null;
  readonly utilizationLifetime: number | null;
  /** Net spend above daily or lifetime budget × (1 + tolerance); null without a budget. */
  readonly overspend: boolean | null;
  /** As `overspend`, of what is forecast for the end of the day. */
  readonly projectedOverspend: boolean | null;
  /** Local days of the flight left, today included. */
  readonly flightDaysLeft: number | null;
}

/** How a campaign spends against its plan at `nowMs`. @throws {RangeError} when the terms name no zone or no instants. */
export function pacingOf(input: PacingInput): PacingView {
  const { terms, figures } = input;
  const plan = servingPlan(terms);
  const day = dayBounds(plan.zone, figures.day);
  const nowMs = within(day, input.nowMs);
  const budget = dayBudget(input);
  const expected = expectationAt(input, budget, plan, day, nowMs);
  const onTheWay = inFlight(input, plan, nowMs);
  const rate = runRate(plan, toMicrosNumber(figures.last15m.net), nowMs);
  const goesOn = input.status !== 'paused' && input.status !== 'ended';
  const aheadMicros = goesOn ? spendAhead(plan, rate, nowMs, day.endMs) : 0;
  const forecast = addEstimate(figures.today.net, aheadMicros);
  const isFlightBudgetAlone = terms?.budget.dailyMicros === undefined;
  const remaining = isFlightBudgetAlone ? budget.remaining : budget.remainingToday;
  const untilMs = isFlightBudgetAlone ? nowMs + EXHAUSTION_HORIZON_MS : day.endMs;
  return {
    campaignId: figures.campaignId,
    day: figures.day,
    status: input.status ?? null,
    spend: spendOf(figures),
    budget: budgetView(terms, budget),
    cap: budget.level === null ? null : { level: budget.level, todayMicros: wholeMicros(budget.effective) },
    inFlightMicros: wholeMicros(onTheWay),
    remainingAfterInFlightMicros: wholeMicros(remainingAfter(budget.remainingToday, onTheWay)),
    share: expected.share,
    expectedMicros: wholeMicros(expected.today),
    expectedLifetimeMicros: wholeMicros(expected.lifetime),
    indexBasis: expected.basis,
    pacingIndex: expected.index,
    runRateMicrosPerSecond: rate.microsPerSecond,
    forecastMicros: displayMicros(forecast),
    exhaustsAtMs:
      remaining === null ? null : exhaustionAt(plan, goesOn ? rate : STOPPED, remaining, nowMs, untilMs),
    utilizationToday: utilizationOf(figures.today.net, budget.effective),
    utilizationLifetime: utilizationOf(figures.lifetime.net, terms?.budget.lifetimeMicros),
    overspend: isOverspent(input),
    projectedOverspend: isOverspent(input, aheadMicros),
    flightDaysLeft: flightDaysLeft(plan, day),
  };
}

/** Spend / budget; null without a budget. */
export function utilizationOf(spent: Total, budget: number | null | undefined): number | null {
  return budget === null || budget === undefined ? null : ratio(spent, budget);
}

/** What remains once what is on its way is told of; null when either cannot be told. */
export function remainingAfter(remaining: number | null, onTheWay: number | null): number | null {
  return remaining === null || onTheWay === null ? null : remaining - onTheWay;
}

/** Figures of another day than that of `ms` are seen from the nearer end of theirs. */
function within(day: DayBounds, ms: EpochMs): EpochMs {
  return Math.min(Math.max(ms, day.startMs), day.endMs);
}

function spendOf({ today, lifetime }: CampaignFigures): PacingView['spend'] {
  return { today: today.net, grossToday: today.gross, lifetime: lifetime.net, grossLifetime: lifetime.gross };
}

function budgetView(terms: PacedTerms | undefined, budget: DayBudget): PacingView['budget'] {
  return {
    dailyMicros: terms?.budget.dailyMicros ?? null,
    lifetimeMicros: terms?.budget.lifetimeMicros ?? null,
    todayMicros: wholeMicros(budget.today),
    targetMicros: wholeMicros(budget.target),
    remainingTodayMicros: wholeMicros(budget.remainingToday),
    remainingMicros: wholeMicros(budget.remaining),
  };
}

function wholeMicros(amount: number | null): Micros | null {
  return amount === null ? null : roundHalfEven(amount);
}
