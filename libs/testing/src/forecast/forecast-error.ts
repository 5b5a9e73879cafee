import {
  EMPTY_COUNTERS,
  figuresWithoutEvents,
  HOUR_MS,
  MINUTE_MS,
  pacingOf,
  servingPlan,
  servingWeight,
  total,
  type CampaignTerms,
  type Counters,
  type PacingMode,
  type PacingView,
} from '@flightdeck/domain';
import { Random } from '../oracle/random.js';
import { DAY_BUDGET_MICROS, generatedDay, type GeneratedDay } from './generated-day.js';

export const PACING_MODES: readonly PacingMode[] = ['even', 'ahead', 'asap', 'traffic'];

/** How far forecasts at noon are from what was spent when the day closed: means over days, as shares of the day's budget. */
export interface ForecastError {
  readonly mode: PacingMode;
  readonly days: number;
  /** Days on which the budget was spent before they closed: a forecast tells what would be spent without a cap. */
  readonly exhausted: number;
  /** Mean absolute error of the forecast, over the days that were not cut short by the budget. */
  readonly open: number;
  /** The same over all days, of the forecast or the budget, whichever is less: what is read off the screen. */
  readonly capped: number;
  /** Its mean signed error: above 0, it foresees too much. */
  readonly bias: number;
  /** What nine of ten days stay within, of `capped`. */
  readonly p90: number;
  /** `capped` of what the day would come to at the rate of the last hour instead of the last quarter of one. */
  readonly ofLastHour: number;
  /** `capped` of a straight line through midnight and noon. */
  readonly straightLine: number;
}

/** What a forecast is made from; tests plant another. */
export type ForecastOf = (terms: CampaignTerms, seen: Seen) => number;

/** A day as far as it is known at noon. */
export interface Seen {
  readonly day: GeneratedDay;
  readonly view: (terms: CampaignTerms) => PacingView;
}

const asShipped: ForecastOf = (terms, { view }) => view(terms).forecastMicros;

/** The error over so many generated days of one mode; the same seed, the same days. */
export function forecastError(
  mode: PacingMode,
  { days, seed, forecastOf = asShipped }: { days: number; seed: number; forecastOf?: ForecastOf },
): ForecastError {
  const random = new Random(seed);
  const open: number[] = [];
  const capped: number[] = [];
  const hour: number[] = [];
  const line: number[] = [];
  for (let n = 0; n < days; n += 1) {
    const day = generatedDay(random, mode);
    const close = sum(day.perMinute);
    const minutes = Math.round((day.noonMs - day.day.startMs) / MINUTE_MS);
    const terms = termsOf(mode, day);
    const forecast = forecastOf(terms, { day, view: (terms) => viewAt(terms, day, minutes) });
    const before = sum(day.perMinute.slice(0, minutes));
    const ahead = servingWeight(servingPlan(terms), day.noonMs, day.day.endMs);
    const back = servingWeight(servingPlan(terms), day.noonMs - HOUR_MS, day.noonMs);
    const hourly = before + (sum(day.perMinute.slice(minutes - 60, minutes)) * ahead) / back;
    const straight = (before / minutes) * day.perMinute.length;
    const error = (foreseen: number): number =>
      (Math.min(foreseen, DAY_BUDGET_MICROS) - close) / DAY_BUDGET_MICROS;
    if (!day.isExhausted) open.push((forecast - close) / DAY_BUDGET_MICROS);
    capped.push(error(forecast));
    hour.push(error(hourly));
    line.push(error(straight));
  }
  const absolute = capped.map(Math.abs).sort((a, b) => a - b);
  return {
    ...{ mode, days, exhausted: days - open.length },
    ...{ open: mean(open.map(Math.abs)), capped: mean(absolute), bias: mean(capped) },
    ...{
      p90: absolute[Math.floor(0.9 * days)] ?? NaN,
      ofLastHour: mean(hour.map(Math.abs)),
      straightLine: mean(line.map(Math.abs)),
    },
  };
}

function termsOf(mode: PacingMode, { zone }: GeneratedDay): CampaignTerms {
  return {
    ...{ campaignId: 'c1', name: 'Generated', advertiserId: 'adv1', currency: 'USD', tags: [] },
    timezone: zone,
    flight: { start: '2025-01-01T00:00:00.000Z', end: '2028-01-01T00:00:00.000Z' },
    ...{ budget: { dailyMicros: DAY_BUDGET_MICROS }, pacing: { mode, tolerance: 0 } },
  };
}

/** What pacing tells once so many minutes of the day are folded. */
function viewAt(terms: CampaignTerms, { day, noonMs, perMinute }: GeneratedDay, minutes: number): PacingView {
  const last = (n: number): ReturnType<typeof spent> => spent(sum(perMinute.slice(minutes - n, minutes)));
  const today = spent(sum(perMinute.slice(0, minutes)));
  const figures = {
    ...figuresWithoutEvents('c1', day.day, 'USD', { stream: 'ads-00', revision: 0 }),
    ...{ today, lifetime: today, last5m: last(5), last15m: last(15), last60m: last(60) },
    ...{ lastOccurredAtMs: noonMs - 1, lastReceivedAtMs: noonMs - 1 },
  };
  return pacingOf({ terms, status: 'active', figures, nowMs: noonMs });
}

function spent(micros: number): Counters {
  return { ...EMPTY_COUNTERS, net: total(micros), gross: total(micros) };
}

function sum(values: readonly number[]): number {
  return values.reduce((all, one) => all + one, 0);
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : sum(values) / values.length;
}
