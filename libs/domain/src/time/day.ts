import { daysInMonth, epochDay, HOUR_MS, UTC_DAY_MS, type EpochMs } from './instant.js';
import { offsetSpanAt, type OffsetSpan, type Zone } from './zone.js';

/** Midnight to midnight in some zone: 23, 24 or 25 hours, never a fixed length. `endMs` is exclusive. */
export interface DayBounds {
  readonly startMs: EpochMs;
  readonly endMs: EpochMs;
}

/** A calendar day of some zone. */
export interface ZonedDay extends DayBounds {
  /** YYYY-MM-DD. */
  readonly day: string;
  /** Calendar days since 1970-01-01. */
  readonly number: number;
  /** 1 = Monday … 7 = Sunday (ISO 8601). */
  readonly weekday: number;
  /** The stretches of constant offset that make up the day, in order: two when the clocks change on it. */
  readonly spans: readonly OffsetSpan[];
}

/** Zones remembered; the IANA database names some 600. */
export const ZONES_MAX = 1024;
/** Days remembered per zone. */
export const DAYS_PER_ZONE_MAX = 64;

interface ZoneDays extends Zone {
  current: ZonedDay | undefined;
  readonly days: Map<number, ZonedDay>;
}
const zones = new Map<string, ZoneDays>();

/** The calendar day (YYYY-MM-DD) of `zone` in which `ms` lies: the one whose {@link dayBounds} contain it. @throws {RangeError} for an unknown zone. */
export function dayOf(zone: string, ms: EpochMs): string {
  return zonedDayAt(zone, ms).day;
}

/**
 * When a day of `zone` begins and ends. It begins at the first instant of the date, which is not 00:00 where the clocks skip
 * midnight. A day that a zone skipped altogether (Pacific/Apia, 2011-12-30) has no length.
 * @throws {RangeError} for an unknown zone or a `day` that is not YYYY-MM-DD.
 */
export function dayBounds(zone: string, day: string): ZonedDay {
  return dayNumbered(zoneDays(zone), dayNumber(day));
}

/** The day of `zone` in which `ms` lies, with its bounds. @throws {RangeError} for an unknown zone. */
export function zonedDayAt(zone: string, ms: EpochMs): ZonedDay {
  const cache = zoneDays(zone);
  const current = cache.current;
  if (current !== undefined && ms >= current.startMs && ms < current.endMs) return current;
  let number = Math.floor((ms + offsetSpanAt(cache, ms).offsetMs) / UTC_DAY_MS);
  let day = dayNumbered(cache, number);
  // Clocks set back across midnight show yesterday's date again; the day has begun all the same.
  while (ms >= day.endMs) day = dayNumbered(cache, (number += 1));
  while (ms < day.startMs) day = dayNumbered(cache, (number -= 1));
  cache.current = day;
  return day;
}

/** The hour (0–23) and weekday (1 = Monday … 7 = Sunday) that a clock in `zone` shows. @throws {RangeError} for an unknown zone. */
export function localClock(zone: string, ms: EpochMs): { readonly hour: number; readonly weekday: number } {
  const local = ms + offsetSpanAt(zoneDays(zone), ms).offsetMs;
  const number = Math.floor(local / UTC_DAY_MS);
  return { hour: Math.floor((local - number * UTC_DAY_MS) / HOUR_MS), weekday: weekdayOf(number) };
}

/** The stretch of constant offset of `zone` in which `ms` lies. @throws {RangeError} for an unknown zone. */
export function offsetSpanOf(zone: string, ms: EpochMs): OffsetSpan {
  return offsetSpanAt(zoneDays(zone), ms);
}

/** Calendar days from `from` to `to` (YYYY-MM-DD), negative when `to` is earlier. @throws {RangeError} when either is not a date. */
export function daysBetween(from: string, to: string): number {
  return dayNumber(to) - dayNumber(from);
}

/** The date `days` calendar days after `day` (YYYY-MM-DD). @throws {RangeError} when `day` is not a date. */
export function addDays(day: string, days: number): string {
  return dayName(dayNumber(day) + days);
}

/** 1 = Monday … 7 = Sunday of a date (YYYY-MM-DD). @throws {RangeError} when `day` is not a date. */
export function isoWeekday(day: string): number {
  return weekdayOf(dayNumber(day));
}

/** Whether `text` is a date that exists, as YYYY-MM-DD. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const month = Number(text.slice(5, 7));
  const day = Number(text.slice(8));
  return month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(Number(text.slice(0, 4)), month);
}

function zoneDays(zone: string): ZoneDays {
  const known = zones.get(zone);
  if (known !== undefined) return known;
  const fresh: ZoneDays = { name: zone, spans: [], current: undefined, days: new Map() };
  offsetSpanAt(fresh, 0); // an unknown zone throws here and is not remembered
  if (zones.size >= ZONES_MAX) zones.clear();
  zones.set(zone, fresh);
  return fresh;
}

function dayNumbered(zone: ZoneDays, number: number): ZonedDay {
  const known = zone.days.get(number);
  if (known !== undefined) return known;
  const startMs = startOfDay(zone, number);
  const endMs = startOfDay(zone, number + 1);
  const day = {
    day: dayName(number),
    number,
    weekday: weekdayOf(number),
    startMs,
    endMs,
    spans: spansOf(zone, startMs, endMs),
  };
  if (zone.days.size >= DAYS_PER_ZONE_MAX) zone.days.clear();
  zone.days.set(number, day);
  return day;
}

/** The first instant at which the zone's clocks show that date or a later one. */
function startOfDay(zone: Zone, number: number): EpochMs {
  const midnight = number * UTC_DAY_MS;
  // No offset exceeds a day, so the clocks cannot show the date earlier than this.
  let span = offsetSpanAt(zone, midnight - UTC_DAY_MS);
  while (midnight - span.offsetMs >= span.endMs) span = offsetSpanAt(zone, span.endMs);
  return Math.max(span.startMs, midnight - span.offsetMs);
}

function spansOf(zone: Zone, startMs: EpochMs, endMs: EpochMs): readonly OffsetSpan[] {
  const spans: OffsetSpan[] = [];
  for (let at = startMs; at < endMs;) {
    const span = offsetSpanAt(zone, at);
    const until = Math.min(span.endMs, endMs);
    spans.push({ startMs: at, endMs: until, offsetMs: span.offsetMs });
    at = until;
  }
  return spans;
}

function dayNumber(day: string): number {
  if (!isDay(day)) throw new RangeError(`Not a date: ${day.slice(0, 64)}`);
  return epochDay(Number(day.slice(0, 4)), Number(day.slice(5, 7)), Number(day.slice(8)));
}

function dayName(number: number): string {
  return new Date(number * UTC_DAY_MS).toISOString().slice(0, 10);
}

/** 1970-01-01 was a Thursday. */
function weekdayOf(number: number): number {
  return ((((number + 3) % 7) + 7) % 7) + 1;
}
