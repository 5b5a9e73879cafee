import { zonedDay, zonedInstant, ZONES } from '@flightdeck/testing';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import {
  addDays,
  dayBounds,
  dayOf,
  daysBetween,
  isDay,
  isoWeekday,
  localClock,
  zonedDayAt,
  type DayBounds,
} from './day.js';
import { HOUR_MS, UTC_DAY_MS } from './instant.js';
import { isTimeZone } from './zone.js';

const hours = ({ startMs, endMs }: DayBounds): number => (endMs - startMs) / HOUR_MS;

describe('the days of a zone', () => {
  type Bounds = (zone: string, day: string) => DayBounds;

  /** One day ends where the next begins, and an instant lies in the day it is said to lie in. */
  const tile = (bounds: Bounds) =>
    fc.property(zonedInstant(), ({ zone, ms }) => {
      const day = dayOf(zone, ms);
      const { startMs, endMs } = bounds(zone, day);
      return (
        startMs <= ms &&
        ms < endMs &&
        dayOf(zone, startMs) === day &&
        bounds(zone, addDays(day, 1)).startMs === endMs
      );
    });

  it('tile the time line without gap or overlap', () => fc.assert(tile(dayBounds), { numRuns: 3000 }));

  it('the check catches days of 24 hours', () => {
    const fixed: Bounds = (zone, day) => {
      const { startMs } = dayBounds(zone, day);
      return { startMs, endMs: startMs + UTC_DAY_MS };
    };
    expect(fc.check(tile(fixed), { numRuns: 3000 }).failed).toBe(true);
  });

  it("begin where Temporal's do", () =>
    fc.assert(
      fc.property(zonedDay(), ({ zone, day }) => {
        const start = Temporal.PlainDate.from(day).toZonedDateTime(zone);
        return dayBounds(zone, day).startMs === start.epochMilliseconds;
      }),
      { numRuns: 1000 },
    ));

  it('are made of stretches of constant offset', () =>
    fc.assert(
      fc.property(zonedDay(), ({ zone, day }) => {
        const { spans, startMs, endMs } = dayBounds(zone, day);
        expect(spans.map((span) => span.startMs)).toEqual([
          startMs,
          ...spans.slice(0, -1).map((span) => span.endMs),
        ]);
        expect(spans.at(-1)?.endMs).toBe(endMs);
      }),
    ));

  it.each([
    ['America/New_York', '2026-03-08', 23],
    ['America/New_York', '2026-11-01', 25],
    ['America/New_York', '2026-11-22', 24],
    ['America/Sao_Paulo', '2017-10-15', 23],
    ['America/Sao_Paulo', '2018-02-17', 25],
    ['Asia/Beirut', '2026-03-29', 23],
    ['Australia/Lord_Howe', '2026-10-04', 23.5],
    ['Australia/Lord_Howe', '2026-04-05', 24.5],
    ['Pacific/Apia', '2011-12-30', 0],
    ['Pacific/Apia', '2011-12-31', 24],
    ['UTC', '2026-11-22', 24],
  ])('in %s, %s has %p hours', (zone, day, length) => expect(hours(dayBounds(zone, day))).toBe(length));

  it('begin at the first instant of the date where midnight is skipped', () => {
    expect(dayBounds('America/Sao_Paulo', '2017-10-15').startMs).toBe(
      Date.parse('2017-10-15T01:00:00-02:00'),
    );
    expect(dayBounds('Asia/Beirut', '2026-03-29').startMs).toBe(Date.parse('2026-03-29T01:00:00+03:00'));
  });

  it('give an instant in the hour repeated before midnight to the day that has begun', () => {
    const oneMinutePast = Date.parse('2006-10-29T00:00:30-02:30');
    const backAt2301 = Date.parse('2006-10-28T23:30:00-03:30');
    expect(dayOf('America/St_Johns', oneMinutePast)).toBe('2006-10-29');
    expect(dayOf('America/St_Johns', backAt2301)).toBe('2006-10-29');
  });

  it.each([
    ['2026-11-22T04:59:59.999Z', '2026-11-21'],
    ['2026-11-22T05:00:00.000Z', '2026-11-22'],
  ])('put %s into %s in New York', (text, day) =>
    expect(dayOf('America/New_York', Date.parse(text))).toBe(day),
  );

  it('refuse unknown zones and dates that do not exist', () => {
    expect(() => dayOf('Mars/Olympus', 0)).toThrow(RangeError);
    expect(() => dayBounds('UTC', '2026-02-30')).toThrow(RangeError);
    expect(() => dayOf('UTC', NaN)).toThrow(RangeError);
  });

  it('stay right when more days come by than are remembered', () => {
    const expected = ZONES.map((zone) => dayOf(zone, 0));
    for (let day = 0; day < 300; day += 1) dayOf('Europe/Berlin', day * UTC_DAY_MS);
    expect(ZONES.map((zone) => dayOf(zone, 0))).toEqual(expected);
  });
});

describe('the local clock', () => {
  it("shows what Temporal's shows", () =>
    fc.assert(
      fc.property(zonedInstant(), ({ zone, ms }) => {
        const local = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone);
        expect(localClock(zone, ms)).toEqual({ hour: local.hour, weekday: local.dayOfWeek });
      }),
      { numRuns: 1000 },
    ));

  it('knows the weekday of a day', () => {
    expect(isoWeekday('2026-11-22')).toBe(7);
    expect(isoWeekday('1969-12-31')).toBe(3);
    expect(zonedDayAt('Pacific/Kiritimati', Date.parse('2026-11-22T12:00:00Z')).weekday).toBe(1);
  });
});

describe('dates', () => {
  it('count calendar days, whatever the clocks do', () => {
    expect(daysBetween('2026-10-31', '2026-11-02')).toBe(2);
    expect(daysBetween('2026-03-01', '2026-02-28')).toBe(-1);
    expect(addDays('2024-02-28', 1)).toBe('2024-02-29');
  });

  it.each(['2026-2-3', '2026-02-30', '2026-13-01', '20260203', '2026-02-03T', ''])('refuse "%s"', (text) =>
    expect(isDay(text)).toBe(false),
  );
});

describe('time zones', () => {
  it.each(['UTC', 'America/New_York', 'Asia/Kathmandu', 'Etc/GMT+5'])('%s is one', (name) =>
    expect(isTimeZone(name)).toBe(true),
  );
  it.each(['', '+05:00', '-03', 'Mars/Olympus', 'Z', 'America/New York', 'x'.repeat(100_000)])(
    '"%s" is none',
    (name) => expect(isTimeZone(name)).toBe(false),
  );
});
