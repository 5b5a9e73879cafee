import type { DayPart } from '../campaign/events.js';
import { offsetSpanOf, zonedDayAt, type ZonedDay } from '../time/day.js';
import { HOUR_MS, UTC_DAY_MS, type EpochMs } from '../time/instant.js';
import type { ServingPlan } from './serving-plan.js';

const WEEKDAYS = 7;
const HOURS = 24;

/** Whether the plan serves at `ms`: in flight and within its day-parts. @throws {RangeError} for an unknown zone. */
export function isServingAt(plan: ServingPlan, ms: EpochMs): boolean {
  return servingMs(plan, ms, ms + 1) > 0;
}

/** The serving time from `fromMs` to `toMs` in milliseconds: in flight and within the day-parts. @throws {RangeError} for an unknown zone. */
export function servingMs(plan: ServingPlan, fromMs: EpochMs, toMs: EpochMs): number {
  return servingWeight(plan.curve === undefined ? plan : { ...plan, curve: undefined }, fromMs, toMs);
}

/**
 * The serving time from `fromMs` to `toMs` in milliseconds, each weighted by the curve: exact over days of any length.
 * @throws {RangeError} for an unknown zone.
 */
export function servingWeight(plan: ServingPlan, fromMs: EpochMs, toMs: EpochMs): number {
  const from = Math.max(fromMs, plan.flightStartMs);
  const to = Math.min(toMs, plan.flightEndMs);
  if (from >= to) return 0;
  if (isUniform(plan)) return to - from;
  let weight = 0;
  for (let at = from; at < to;) {
    const day = zonedDayAt(plan.zone, at);
    const days = at === day.startMs ? plainDays(plan.zone, at, to) : 0;
    const until = days > 0 ? at + days * UTC_DAY_MS : Math.min(day.endMs, to);
    weight += days > 0 ? weightOfPlainDays(plan, day.weekday, days) : weightWithin(plan, day, at, until);
    at = until;
  }
  return weight;
}

/** The first instant by which {@link servingWeight} since `fromMs` reaches `weight` (> 0), or undefined when `untilMs` comes first. */
export function instantOfWeight(
  plan: ServingPlan,
  fromMs: EpochMs,
  weight: number,
  untilMs: EpochMs,
): EpochMs | undefined {
  const to = Math.min(untilMs, plan.flightEndMs);
  let left = weight;
  let found: EpochMs | undefined;
  for (let at = Math.max(fromMs, plan.flightStartMs); at < to && found === undefined;) {
    if (isUniform(plan)) return at + left <= to ? at + left : undefined;
    const day = zonedDayAt(plan.zone, at);
    const until = Math.min(day.endMs, to);
    eachHour(day, at, until, (hour, hourFromMs, hourToMs) => {
      const perMs = weightOf(plan, day.weekday, hour);
      if (found === undefined && perMs > 0 && left <= perMs * (hourToMs - hourFromMs))
        found = hourFromMs + left / perMs;
      left -= perMs * (hourToMs - hourFromMs);
    });
    at = until;
  }
  return found;
}

/** The weight of one millisecond in that hour of the week; 0 outside the day-parts. */
function weightOf(plan: ServingPlan, weekday: number, hour: number): number {
  const { dayParts, curve } = plan;
  if (dayParts !== undefined && !dayParts.some((part) => serves(part, weekday, hour))) return 0;
  return curve === undefined ? 1 : (curve[weekday - 1]?.[hour] ?? 0);
}

function serves(part: DayPart, weekday: number, hour: number): boolean {
  return part.weekday === weekday && hour >= part.fromHour && hour < part.toHour;
}

function isUniform(plan: ServingPlan): boolean {
  return plan.dayParts === undefined && plan.curve === undefined;
}

function weightWithin(plan: ServingPlan, day: ZonedDay, fromMs: EpochMs, toMs: EpochMs): number {
  let weight = 0;
  eachHour(day, fromMs, toMs, (hour, hourFromMs, hourToMs) => {
    weight += weightOf(plan, day.weekday, hour) * (hourToMs - hourFromMs);
  });
  return weight;
}

/** Visits the hours that the local clock shows from `fromMs` to `toMs` of one day; an hour that the clocks repeat comes twice. */
function eachHour(
  day: ZonedDay,
  fromMs: EpochMs,
  toMs: EpochMs,
  visit: (hour: number, hourFromMs: EpochMs, hourToMs: EpochMs) => void,
): void {
  for (const span of day.spans) {
    const end = Math.min(toMs, span.endMs);
    for (let at = Math.max(fromMs, span.startMs); at < end;) {
      const hourOfEpoch = Math.floor((at + span.offsetMs) / HOUR_MS);
      const until = Math.min(end, (hourOfEpoch + 1) * HOUR_MS - span.offsetMs);
      visit(hourOfEpoch - Math.floor(hourOfEpoch / HOURS) * HOURS, at, until);
      at = until;
    }
  }
}

/** How many whole days of 24 hours follow a day's start before `toMs` or the next change of the clocks. */
function plainDays(zone: string, startMs: EpochMs, toMs: EpochMs): number {
  const span = offsetSpanOf(zone, startMs);
  const startsAtMidnight = (startMs + span.offsetMs) % UTC_DAY_MS === 0;
  return startsAtMidnight ? Math.floor((Math.min(span.endMs, toMs) - startMs) / UTC_DAY_MS) : 0;
}

/** Whole weeks weigh the same, so a flight of any length costs at most two weeks of hours. */
function weightOfPlainDays(plan: ServingPlan, firstWeekday: number, days: number): number {
  const weeks = Math.floor(days / WEEKDAYS);
  let ofWeek = 0;
  let ofRest = 0;
  for (let i = 0; i < WEEKDAYS; i += 1) {
    const ofDay = weightOfPlainDay(plan, ((firstWeekday - 1 + i) % WEEKDAYS) + 1);
    ofWeek += ofDay;
    if (i < days % WEEKDAYS) ofRest += ofDay;
  }
  return weeks * ofWeek + ofRest;
}

function weightOfPlainDay(plan: ServingPlan, weekday: number): number {
  let weight = 0;
  for (let hour = 0; hour < HOURS; hour += 1) weight += weightOf(plan, weekday, hour) * HOUR_MS;
  return weight;
}
