import {
  dayOf,
  EMPTY_COUNTERS,
  HOUR_MS,
  formatInstant,
  total,
  type CampaignFigures,
  type CampaignTerms,
  type Counters,
  type DayPart,
  type EpochMs,
} from '@flightdeck/domain';
import fc from 'fast-check';
import { smallTotal } from './money.js';
import { anyInstant, anyZone } from './time.js';

/** Terms to start a test from: 10 days of November 2026 in UTC, even, without a budget. */
export function sampleTerms(changes: Partial<CampaignTerms> = {}): CampaignTerms {
  return {
    campaignId: 'c1',
    name: 'Autumn',
    advertiserId: 'adv1',
    currency: 'USD',
    timezone: 'UTC',
    flight: { start: '2026-11-01T00:00:00.000Z', end: '2026-11-11T00:00:00.000Z' },
    budget: {},
    pacing: { mode: 'even', tolerance: 0 },
    tags: [],
    ...changes,
  };
}

/** Figures of a campaign without any event, seen at `nowMs` in `zone`; `changes` replace what they name. */
export function sampleFigures(
  nowMs: EpochMs,
  zone = 'UTC',
  changes: Partial<CampaignFigures> = {},
): CampaignFigures {
  return {
    campaignId: 'c1',
    currency: 'USD',
    unregistered: false,
    position: { stream: 'ads-00', revision: 0 },
    day: dayOf(zone, nowMs),
    lifetime: EMPTY_COUNTERS,
    today: EMPTY_COUNTERS,
    last5m: EMPTY_COUNTERS,
    last15m: EMPTY_COUNTERS,
    last60m: EMPTY_COUNTERS,
    lastOccurredAtMs: null,
    lastReceivedAtMs: null,
    ...changes,
  };
}

/** Counters that hold nothing but net and gross spend of so many micros. */
export function spent(micros: number, nanos = 0): Counters {
  return { ...EMPTY_COUNTERS, net: total(micros, nanos), gross: total(micros, nanos) };
}

/** Counts and money of some span, small enough that a thousand can be added up. */
export const anyCounters = (): fc.Arbitrary<Counters> =>
  fc.record({
    impressions: fc.nat(),
    views: fc.nat(),
    clicks: fc.nat(),
    conversions: fc.nat(),
    events: fc.nat(),
    givt: fc.nat(),
    sivt: fc.nat(),
    gross: smallTotal(),
    net: smallTotal(),
    attributedConversions: fc.nat(),
    attributedValue: smallTotal(),
  });

/** Serving hours of a week, none to some. */
export const anyDayParts = (): fc.Arbitrary<readonly DayPart[]> =>
  fc.array(
    fc
      .tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 0, max: 23 }), fc.integer({ min: 1, max: 24 }))
      .map(([weekday, fromHour, hours]) => ({ weekday, fromHour, toHour: Math.min(24, fromHour + hours) })),
    { maxLength: 8 },
  );

/** Valid terms in any zone and pacing mode, with a flight of one hour to 200 days and budgets or none. */
export const anyTerms = (): fc.Arbitrary<CampaignTerms> =>
  fc
    .record({
      timezone: anyZone(),
      startMs: anyInstant(),
      flightHours: fc.integer({ min: 1, max: 200 * 24 }),
      daily: fc.option(fc.integer({ min: 1, max: 1e12 })),
      lifetime: fc.option(fc.integer({ min: 1, max: 1e12 })),
      mode: fc.constantFrom('even' as const, 'ahead' as const, 'asap' as const, 'traffic' as const),
      tolerance: fc.constantFrom(0, 0.05, 0.1, 1),
      dayParts: fc.oneof(fc.constant([]), anyDayParts()),
    })
    .map(({ timezone, startMs, flightHours, daily, lifetime, mode, tolerance, dayParts }) =>
      sampleTerms({
        timezone,
        flight: { start: formatInstant(startMs), end: formatInstant(startMs + flightHours * HOUR_MS) },
        budget: {
          ...(daily === null ? {} : { dailyMicros: daily }),
          ...(lifetime === null ? {} : { lifetimeMicros: lifetime }),
        },
        pacing: { mode, tolerance },
        dayParts,
      }),
    );
