import {
  DEFAULT_TRAFFIC_CURVE,
  HOUR_MS,
  localClock,
  MINUTE_MS,
  zonedDayAt,
  type PacingMode,
  type ZonedDay,
} from '@flightdeck/domain';
import type { Random } from '../oracle/random.js';

/** What every generated campaign may spend a day, in micros. */
export const DAY_BUDGET_MICROS = 100_000_000;

/** One day of one campaign: what it spends in each minute, in whole micros, the first minute first. */
export interface GeneratedDay {
  readonly zone: string;
  readonly day: ZonedDay;
  /** Twelve o'clock in its zone. */
  readonly noonMs: number;
  readonly perMinute: readonly number[];
  /** It was spent before the day was over, and delivery stopped. */
  readonly isExhausted: boolean;
}

const ZONES = ['UTC', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe'] as const;
/** Every day of a year that has both kinds of clock changes. */
const YEAR_MS = Date.UTC(2026, 0, 1);
const DAYS = 365;
/** An impression costs so much: minutes differ because impressions are whole. */
const IMPRESSION_MICROS = 2_000;
/** How widely days, hours and neighbouring minutes differ from plan: standard deviations of the logarithm. */
const OF_DAYS = 0.15;
const OF_HOURS = 0.15;
const OF_MINUTES = 0.25;
/** How much of one minute's deviation the next one keeps: half of it is forgotten after 28 minutes. */
const MEMORY = 0.975;
const STALL_CHANCE = 0.05;
const TURN_CHANCE = 0.2;
/** Minutes in which an hour of any zone can begin. */
const QUARTER = 15;
/** `ahead` spends faster than its share; `asap` takes all that the market offers, from six tenths to two and a half budgets a day. */
const AHEAD = 1.2;
const OFFERED = { from: 0.6, to: 2.5 } as const;

/**
 * A day as a platform delivers it in that mode: by plan, times a factor of the day, of each hour and of each minute (which remembers
 * the one before), in whole impressions. One day in twenty stalls for 30 to 90 minutes; on one in five the market turns at some
 * moment to between half and one and a half of what it was. Delivery stops once the budget is spent.
 */
export function generatedDay(random: Random, mode: PacingMode): GeneratedDay {
  const zone = random.pick(ZONES);
  const day = zonedDayAt(zone, YEAR_MS + random.between(0, DAYS - 1) * 24 * HOUR_MS + 12 * HOUR_MS);
  const minutes = Math.round((day.endMs - day.startMs) / MINUTE_MS);
  const plan = planOf(mode, random, zone, day, minutes);
  const ofHour = Array.from({ length: 26 }, () => lognormal(random, OF_HOURS));
  const ofDay = lognormal(random, OF_DAYS);
  const stall = random.chance(STALL_CHANCE) ? random.between(0, minutes) : Infinity;
  const stallMinutes = random.between(30, 90);
  const turn = random.chance(TURN_CHANCE) ? random.between(0, minutes) : Infinity;
  const turned = 0.5 + random.next();
  let drift = 0;
  let spent = 0;
  const perMinute = plan.map((planned, minute) => {
    drift = MEMORY * drift + Math.sqrt(1 - MEMORY * MEMORY) * OF_MINUTES * normal(random);
    if (minute >= stall && minute < stall + stallMinutes) return 0;
    const market = ofDay * (ofHour[Math.floor(minute / 60)] ?? 1) * (minute >= turn ? turned : 1);
    const wanted = (planned * market * Math.exp(drift)) / IMPRESSION_MICROS;
    const impressions = Math.floor(wanted + random.next());
    const micros = Math.min(impressions * IMPRESSION_MICROS, DAY_BUDGET_MICROS - spent);
    spent += micros;
    return micros;
  });
  return { zone, day, noonMs: noonOf(zone, day), perMinute, isExhausted: spent >= DAY_BUDGET_MICROS };
}

/** What is planned for each minute, in micros. */
function planOf(
  mode: PacingMode,
  random: Random,
  zone: string,
  day: ZonedDay,
  minutes: number,
): readonly number[] {
  const isShaped = mode === 'traffic' || mode === 'asap';
  const quarters = Array.from({ length: Math.ceil(minutes / QUARTER) }, (_, quarter) => {
    const { hour, weekday } = localClock(zone, day.startMs + quarter * QUARTER * MINUTE_MS);
    return isShaped ? (DEFAULT_TRAFFIC_CURVE[weekday - 1]?.[hour] ?? 1) : 1;
  });
  const weights = Array.from({ length: minutes }, (_, minute) => quarters[Math.floor(minute / QUARTER)] ?? 1);
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  const offered = OFFERED.from + random.next() * (OFFERED.to - OFFERED.from);
  const factor = mode === 'ahead' ? AHEAD : mode === 'asap' ? offered : 1;
  return weights.map((weight) => (factor * DAY_BUDGET_MICROS * weight) / whole);
}

function noonOf(zone: string, day: ZonedDay): number {
  for (let atMs = day.startMs; atMs < day.endMs; atMs += 15 * MINUTE_MS)
    if (localClock(zone, atMs).hour === 12) return atMs;
  throw new RangeError(`There is no noon on ${day.day} in ${zone}.`);
}

function lognormal(random: Random, deviation: number): number {
  return Math.exp(deviation * normal(random));
}

/** Box and Muller. */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}
