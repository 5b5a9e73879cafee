import { anyDayParts, sampleTerms, zonedInstant } from '@flightdeck/testing';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { PacingMode } from '../campaign/events.js';
import { localClock, zonedDayAt } from '../time/day.js';
import { HOUR_MS, MINUTE_MS } from '../time/instant.js';
import { instantOfWeight, isServingAt, servingWeight } from './serving.js';
import { servingPlan, type ServingPlan } from './serving-plan.js';
import { DEFAULT_TRAFFIC_CURVE } from './traffic-curve.js';

/** Clocks change, and stand apart, by quarters of an hour; but until 2011 those of St John's changed at 00:01. */
const STEP_MS = 15 * MINUTE_MS;
const STEPS_MAX = 40 * 96;

const anyPlan = fc
  .record({
    at: zonedInstant().filter(({ zone }) => zone !== 'America/St_Johns'),
    steps: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: STEPS_MAX })),
    dayParts: fc.oneof(fc.constant([]), anyDayParts()),
    mode: fc.constantFrom<PacingMode>('even', 'traffic'),
  })
  .map(({ at: { zone, ms }, steps, dayParts, mode }) => {
    const fromMs = Math.floor(ms / STEP_MS) * STEP_MS;
    const flight = { start: '1990-01-01T00:00:00Z', end: '2050-01-01T00:00:00Z' };
    const plan = servingPlan(
      sampleTerms({ timezone: zone, flight, dayParts, pacing: { mode, tolerance: 0 } }),
    );
    return { plan, fromMs, toMs: fromMs + steps * STEP_MS };
  });

/** The same weight, quarter of an hour by quarter of an hour. */
function weightByQuarters(plan: ServingPlan, fromMs: number, toMs: number): number {
  let weight = 0;
  for (let at = fromMs; at < toMs; at += STEP_MS) {
    const { hour } = localClock(plan.zone, at);
    const { weekday } = zonedDayAt(plan.zone, at);
    const parts = plan.dayParts ?? [{ weekday, fromHour: 0, toHour: 24 }];
    const serves = parts.some(
      (part) => part.weekday === weekday && part.fromHour <= hour && hour < part.toHour,
    );
    if (serves) weight += STEP_MS * (plan.curve?.[weekday - 1]?.[hour] ?? 1);
  }
  return weight;
}

const isClose = (a: number, b: number): boolean =>
  Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));

describe('serving time', () => {
  const isRight = (weigh: typeof servingWeight) =>
    fc.property(anyPlan, ({ plan, fromMs, toMs }) =>
      isClose(weigh(plan, fromMs, toMs), weightByQuarters(plan, fromMs, toMs)),
    );

  it('is what quarters of an hour add up to, over any change of clocks', () =>
    fc.assert(isRight(servingWeight), { numRuns: 300 }));

  it('the check catches a plan whose clocks never change', () => {
    const inUtc: typeof servingWeight = (plan, fromMs, toMs) =>
      servingWeight({ ...plan, zone: 'UTC' }, fromMs, toMs);
    expect(fc.check(isRight(inUtc)).failed).toBe(true);
  });

  it('adds up', () =>
    fc.assert(
      fc.property(anyPlan, fc.double({ min: 0, max: 1, noNaN: true }), ({ plan, fromMs, toMs }, cut) => {
        const middle = Math.floor(fromMs + (toMs - fromMs) * cut);
        return isClose(
          servingWeight(plan, fromMs, middle) + servingWeight(plan, middle, toMs),
          servingWeight(plan, fromMs, toMs),
        );
      }),
      { numRuns: 500 },
    ));

  it('is reached at the instant that instantOfWeight names, and not before', () =>
    fc.assert(
      fc.property(
        anyPlan,
        fc.double({ min: 0.01, max: 1.5, noNaN: true }),
        ({ plan, fromMs, toMs }, share) => {
          const whole = servingWeight(plan, fromMs, toMs);
          fc.pre(whole > 0 && Math.abs(share - 1) > 1e-6);
          const at = instantOfWeight(plan, fromMs, whole * share, toMs);
          return share > 1
            ? at === undefined
            : at !== undefined &&
                at <= toMs &&
                Math.abs(servingWeight(plan, fromMs, at) - whole * share) < 1e-3;
        },
      ),
      { numRuns: 500 },
    ));

  it('counts only within the flight', () => {
    const plan = servingPlan(sampleTerms());
    expect(servingWeight(plan, 0, 8e12)).toBe(10 * 24 * HOUR_MS);
    expect(isServingAt(plan, Date.parse('2026-11-01T00:00:00Z'))).toBe(true);
    expect(isServingAt(plan, Date.parse('2026-11-11T00:00:00Z'))).toBe(false);
    expect(isServingAt(plan, Date.parse('2026-10-31T23:59:59.999Z'))).toBe(false);
  });

  it('counts only within the day-parts', () => {
    const plan = servingPlan(sampleTerms({ dayParts: [{ weekday: 2, fromHour: 9, toHour: 17 }] }));
    expect(servingWeight(plan, 0, 8e12)).toBe(2 * 8 * HOUR_MS); // Tuesdays 3 and 10 November
    expect(isServingAt(plan, Date.parse('2026-11-03T16:59:59Z'))).toBe(true);
    expect(isServingAt(plan, Date.parse('2026-11-03T17:00:00Z'))).toBe(false);
    expect(isServingAt(plan, Date.parse('2026-11-04T12:00:00Z'))).toBe(false);
  });

  it('is all time, in UTC, without terms', () => {
    expect(servingWeight(servingPlan(undefined), 5, 17)).toBe(12);
    expect(isServingAt(servingPlan(undefined), 0)).toBe(true);
  });

  it('refuses terms without instants', () =>
    expect(() => servingPlan(sampleTerms({ flight: { start: 'soon', end: 'later' } }))).toThrow(RangeError));
});

describe('the default traffic curve', () => {
  it('is a week of hours with mean 1', () => {
    const weights = DEFAULT_TRAFFIC_CURVE.flat();
    expect(DEFAULT_TRAFFIC_CURVE.map((day) => day.length)).toEqual([24, 24, 24, 24, 24, 24, 24]);
    expect(weights.reduce((sum, weight) => sum + weight) / weights.length).toBeCloseTo(1, 3);
  });
});
