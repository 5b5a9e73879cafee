import { HOUR_MS, MINUTE_MS, SECOND_MS, UTC_DAY_MS, type EpochMs } from './instant.js';

const TWO = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, '0'));
const THREE = Array.from({ length: 1000 }, (_, n) => String(n).padStart(3, '0'));
const YEAR_0_MS = -62_167_219_200_000;
const YEAR_10000_MS = 253_402_300_800_000;

/** The date part of the last instant formatted: events come in day by day. */
let lastDay = NaN;
let lastDate = '';

/** RFC 3339 UTC with milliseconds, as `Date.prototype.toISOString` writes it. @throws {RangeError} when it is no instant. */
export function formatInstant(ms: EpochMs): string {
  if (!(Number.isInteger(ms) && ms >= YEAR_0_MS && ms < YEAR_10000_MS)) return new Date(ms).toISOString();
  const day = Math.floor(ms / UTC_DAY_MS);
  if (day !== lastDay) {
    lastDate = new Date(day * UTC_DAY_MS).toISOString().slice(0, 11);
    lastDay = day;
  }
  const ofDay = ms - day * UTC_DAY_MS;
  const hour = TWO[Math.floor(ofDay / HOUR_MS)] ?? '';
  const minute = TWO[Math.floor(ofDay / MINUTE_MS) % 60] ?? '';
  const second = TWO[Math.floor(ofDay / SECOND_MS) % 60] ?? '';
  return `${lastDate}${hour}:${minute}:${second}.${THREE[ofDay % SECOND_MS] ?? ''}Z`;
}
