import { Temporal } from 'temporal-polyfill';
import type { EpochMs } from './instant.js';

/** A stretch of time over which a zone's clocks are `offsetMs` ahead of UTC; `endMs` is exclusive. */
export interface OffsetSpan {
  readonly startMs: EpochMs;
  readonly endMs: EpochMs;
  readonly offsetMs: number;
}

/** IANA names are at most 32 characters long; longer texts are refused unread. */
export const ZONE_NAME_LENGTH_MAX = 64;

/** Stretches remembered per zone: some thirty years of daylight saving. */
export const SPANS_PER_ZONE_MAX = 64;

/** What is remembered of one zone. Asking Temporal costs some 50 µs, so each stretch is asked for once. */
export interface Zone {
  readonly name: string;
  spans: readonly OffsetSpan[];
}

/** Whether `name` is a time zone of the IANA database (letter case ignored); a bare offset such as `+05:00` is none. */
export function isTimeZone(name: string): boolean {
  if (name.length === 0 || name.length > ZONE_NAME_LENGTH_MAX || name.startsWith('+') || name.startsWith('-'))
    return false;
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** The stretch of constant offset in which `ms` lies. @throws {RangeError} for an unknown zone or a time out of Temporal's range. */
export function offsetSpanAt(zone: Zone, ms: EpochMs): OffsetSpan {
  for (const span of zone.spans) if (ms >= span.startMs && ms < span.endMs) return span;
  const span = askTemporal(zone.name, ms);
  zone.spans = [span, ...zone.spans.slice(0, SPANS_PER_ZONE_MAX - 1)];
  return span;
}

function askTemporal(zone: string, ms: EpochMs): OffsetSpan {
  const here = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone);
  // "previous" is strictly before, so one nanosecond later finds a transition at this very instant.
  const start = here.add({ nanoseconds: 1 }).getTimeZoneTransition('previous');
  const end = here.getTimeZoneTransition('next');
  return {
    startMs: start?.epochMilliseconds ?? -Infinity,
    endMs: end?.epochMilliseconds ?? Infinity,
    offsetMs: here.offsetNanoseconds / 1_000_000,
  };
}
