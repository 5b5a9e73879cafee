import { localClock } from '../time/day.js';
import type { EpochMs } from '../time/instant.js';
import { isTimeZone } from '../time/zone.js';
import { isRecord, own, unknownKeys, type Problem } from './problem.js';
import type { Schedule } from './rule.js';

const POINTER = '/guards/schedule';
const HOURS_OF_A_DAY = 24;
const DAYS_OF_A_WEEK = 7;

/**
 * Whether a rule with that schedule may act at `nowMs`. Hours are those that a clock on the wall shows, so a day on which the
 * clocks change has the hour that is skipped never and the hour that is repeated twice. The hours of a night after midnight
 * belong to the evening's day. @throws {RangeError} for an unknown zone.
 */
export function isOnSchedule(schedule: Schedule | undefined, campaignZone: string, nowMs: EpochMs): boolean {
  if (schedule === undefined) return true;
  const { hour, weekday } = localClock(schedule.zone ?? campaignZone, nowMs);
  const from = schedule.fromHour ?? 0;
  const to = schedule.toHour ?? HOURS_OF_A_DAY;
  const overMidnight = from >= to;
  const isHour = overMidnight ? hour >= from || hour < to : hour >= from && hour < to;
  const day = overMidnight && hour < to ? dayBefore(weekday) : weekday;
  return isHour && (schedule.days?.includes(day) ?? true);
}

function dayBefore(weekday: number): number {
  return weekday === 1 ? DAYS_OF_A_WEEK : weekday - 1;
}

/** Everything wrong with a schedule; an absent one is right. */
export function scheduleProblems(schedule: unknown): readonly Problem[] {
  if (schedule === undefined) return [];
  if (!isRecord(schedule)) return [{ pointer: POINTER, message: 'must be {days, fromHour, toHour, zone}' }];
  const problems = unknownKeys(schedule, ['days', 'fromHour', 'toHour', 'zone'], POINTER);
  const from = own(schedule, 'fromHour');
  const to = own(schedule, 'toHour');
  if (from !== undefined && !isInteger(from, 0, HOURS_OF_A_DAY - 1))
    problems.push({ pointer: `${POINTER}/fromHour`, message: 'must be an hour from 0 to 23' });
  if (to !== undefined && !isInteger(to, 1, HOURS_OF_A_DAY))
    problems.push({ pointer: `${POINTER}/toHour`, message: 'must be an hour from 1 to 24' });
  if (from !== undefined && from === to)
    problems.push({ pointer: `${POINTER}/toHour`, message: 'must differ from fromHour' });
  const zone = own(schedule, 'zone');
  if (zone !== undefined && !(typeof zone === 'string' && isTimeZone(zone)))
    problems.push({ pointer: `${POINTER}/zone`, message: 'must be an IANA time zone, as America/New_York' });
  return [...problems, ...dayProblems(own(schedule, 'days'))];
}

function dayProblems(days: unknown): readonly Problem[] {
  if (days === undefined) return [];
  const list: readonly unknown[] = Array.isArray(days) ? days : [];
  const right =
    list.length > 0 &&
    list.length <= DAYS_OF_A_WEEK &&
    new Set(list).size === list.length &&
    list.every((day) => isInteger(day, 1, DAYS_OF_A_WEEK));
  const message = 'must be a list of different days, 1 = Monday to 7 = Sunday';
  return right ? [] : [{ pointer: `${POINTER}/days`, message }];
}

function isInteger(value: unknown, min: number, max: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;
}
