import type { PacedTerms } from '../campaign/events.js';
import type { Micros } from '../money/money.js';
import { addDays, dayOf, daysBetween, type DayBounds } from '../time/day.js';
import { parseInstant, type EpochMs } from '../time/instant.js';
import { dailyBudgetsOf, dailyCap, type DailyBudgetChange } from './caps.js';

/**
 * The most that the platform may spend on a day: the highest daily budget that held on it, times the overdelivery that was agreed.
 * Null where none was, or where at some time of the day there was no daily budget. @throws {MoneyOverflow}
 */
export function platformCapOfDay(terms: PacedTerms, day: DayBounds): Micros | null {
  const { overdelivery } = terms.pacing;
  const held = dailyBudgetsOf(changesOf(terms), day);
  if (overdelivery === undefined || held.includes(UNLIMITED)) return null;
  return dailyCap(held, { multiple: overdelivery }) ?? null;
}

/** The days of a month before the daily budget last changed, and what holds from then on. */
export interface MonthSinceChange {
  /** YYYY-MM-DD; `changeDay` is the first that the daily budget of now holds for. */
  readonly firstDay: string;
  readonly changeDay: string;
  /** From `changeDay` to the end of the month, or of the flight if that comes first. */
  readonly daysLeft: number;
  readonly dailyMicros: Micros;
}

/** How the month of `nowMs` is cut by the last change of the daily budget; undefined without one. @throws {RangeError} for an unknown zone. */
export function monthSinceChange(terms: PacedTerms, nowMs: EpochMs): MonthSinceChange | undefined {
  const { timezone, budget, flight } = terms;
  const changedAtMs = parseInstant(terms.dailyBudgets?.at(-1)?.at ?? '');
  if (budget.dailyMicros === undefined || changedAtMs === undefined) return undefined;
  const firstDay = `${dayOf(timezone, nowMs).slice(0, 'YYYY-MM'.length)}-01`;
  const flightEndMs = parseInstant(flight.end) ?? nowMs;
  const lastDay = earlier(addDays(nextMonth(firstDay), -1), dayOf(timezone, flightEndMs - 1));
  const changeDay = later(firstDay, dayOf(timezone, changedAtMs));
  const daysLeft = Math.max(0, daysBetween(changeDay, lastDay) + 1);
  return { firstDay, changeDay, daysLeft, dailyMicros: budget.dailyMicros };
}

/** Stands for no daily budget, after which there is no cap. */
const UNLIMITED = Infinity;

/** In time order. */
function changesOf({ dailyBudgets = [] }: PacedTerms): readonly DailyBudgetChange[] {
  return dailyBudgets.map(({ at, dailyMicros = UNLIMITED }) => ({
    ...{ effectiveAtMs: parseInstant(at) ?? -Infinity, dailyMicros },
  }));
}

function nextMonth(firstDay: string): string {
  const day = addDays(firstDay, DAYS_TO_NEXT_MONTH);
  return `${day.slice(0, 'YYYY-MM'.length)}-01`;
}

/** From the first of a month these lead into the next one, whatever its length. */
const DAYS_TO_NEXT_MONTH = 31;

function earlier(a: string, b: string): string {
  return a < b ? a : b;
}

function later(a: string, b: string): string {
  return a > b ? a : b;
}
