declare const unit: unique symbol;

/** Milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted. */
export type EpochMs = number & { readonly [unit]?: 'epoch-ms' };

export const SECOND_MS = 1000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
/** A UTC day; a local day can be longer or shorter (see `dayBounds`). */
export const UTC_DAY_MS = 24 * HOUR_MS;

/** Longer texts are refused unread. */
export const INSTANT_LENGTH_MAX = 64;

/**
 * The instant that an RFC 3339 date-time names, or undefined when it is not one. Strict: offset required (`Z` or ±hh:mm),
 * days that do not exist and hour 24 refused, as is second 60 (epoch time has no place for it). Digits past the
 * millisecond are cut off.
 */
export function parseInstant(text: string): EpochMs | undefined {
  if (text.length < 20 || text.length > INSTANT_LENGTH_MAX || !hasSeparators(text)) return undefined;
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const second = twoDigits(text, 17);
  // NaN, which stands for "not digits", fails every comparison.
  if (!(year >= 0 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month)))
    return undefined;
  if (!(hour <= 23 && minute <= 59 && second <= 59)) return undefined;

  const offsetAt = endOfFraction(text);
  const offsetMs = offsetAt === undefined ? undefined : parseOffset(text, offsetAt);
  if (offsetAt === undefined || offsetMs === undefined) return undefined;
  const dayMs = epochDay(year, month, day) * UTC_DAY_MS;
  return (
    dayMs + hour * HOUR_MS + minute * MINUTE_MS + second * SECOND_MS + fractionMs(text, offsetAt) - offsetMs
  );
}

/** Days from 1970-01-01 to a date of the proleptic Gregorian calendar (H. Hinnant, "chrono-compatible low-level date algorithms"). */
export function epochDay(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** 28 to 31. */
export function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

const HYPHEN = 45;
const PLUS = 43;
const DOT = 46;
const COLON = 58;
const ZERO_DIGIT = 48;
/** Sets the bit that makes an ASCII letter lower case: RFC 3339 lets `T` and `Z` be either. */
const LOWER_CASE = 32;
const T = 116;
const Z = 122;

function hasSeparators(text: string): boolean {
  return (
    text.charCodeAt(4) === HYPHEN &&
    text.charCodeAt(7) === HYPHEN &&
    (text.charCodeAt(10) | LOWER_CASE) === T &&
    text.charCodeAt(13) === COLON &&
    text.charCodeAt(16) === COLON
  );
}

function digit(text: string, at: number): number {
  const value = text.charCodeAt(at) - ZERO_DIGIT;
  return value >= 0 && value <= 9 ? value : NaN;
}

function twoDigits(text: string, at: number): number {
  return digit(text, at) * 10 + digit(text, at + 1);
}

/** Where the offset begins: after the seconds, or after a fraction of at least one digit. */
function endOfFraction(text: string): number | undefined {
  if (text.charCodeAt(19) !== DOT) return 19;
  let at = 20;
  while (at < text.length && !Number.isNaN(digit(text, at))) at += 1;
  return at === 20 ? undefined : at;
}

function fractionMs(text: string, end: number): number {
  let ms = 0;
  for (let place = 0, unitMs = 100; place < 3; place += 1, unitMs /= 10) {
    if (20 + place < end) ms += digit(text, 20 + place) * unitMs;
  }
  return ms;
}

function parseOffset(text: string, at: number): number | undefined {
  const sign = text.charCodeAt(at);
  if ((sign | LOWER_CASE) === Z) return text.length === at + 1 ? 0 : undefined;
  if ((sign !== PLUS && sign !== HYPHEN) || text.length !== at + 6 || text.charCodeAt(at + 3) !== COLON)
    return undefined;
  const hours = twoDigits(text, at + 1);
  const minutes = twoDigits(text, at + 4);
  if (!(hours <= 23 && minutes <= 59)) return undefined;
  return (sign === PLUS ? 1 : -1) * (hours * HOUR_MS + minutes * MINUTE_MS);
}
