import { anyTerms, sampleTerms } from '@flightdeck/testing';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { CampaignTerms, PacingMode } from '../campaign/events.js';
import { dayBounds, zonedDayAt } from '../time/day.js';
import { parseInstant } from '../time/instant.js';
import { servingWeight } from './serving.js';
import { servingPlan } from './serving-plan.js';
import { shareOfDay, shareOfFlight } from './share.js';

const newYork = (mode: PacingMode, flight = { start: '2026-01-01T05:00:00Z', end: '2027-01-01T05:00:00Z' }) =>
  servingPlan(sampleTerms({ timezone: 'America/New_York', flight, pacing: { mode, tolerance: 0 } }));

describe('the share of a day', () => {
  it.each([
    ['2026-03-08', '2026-03-08T12:00:00-04:00', 11 / 23],
    ['2026-11-01', '2026-11-01T12:00:00-05:00', 13 / 25],
    ['2026-11-22', '2026-11-22T12:00:00-05:00', 12 / 24],
  ])('even, at local noon of %s, counts the hours that the day has', (day, noon, share) => {
    const at = parseInstant(noon) ?? NaN;
    expect(shareOfDay(newYork('even'), 'even', dayBounds('America/New_York', day), at)).toBe(share);
  });

  it('ahead runs 1.2 times as fast, up to the target', () => {
    const day = dayBounds('America/New_York', '2026-11-22');
    const at = (text: string): number | null => shareOfDay(newYork('ahead'), 'ahead', day, Date.parse(text));
    expect(at('2026-11-22T06:00:00-05:00')).toBeCloseTo(0.3, 12);
    expect(at('2026-11-22T20:00:00-05:00')).toBe(1);
    expect(at('2026-11-22T23:00:00-05:00')).toBe(1);
  });

  it('asap has none', () => {
    const day = dayBounds('America/New_York', '2026-11-22');
    expect(shareOfDay(newYork('asap'), 'asap', day, day.endMs)).toBeNull();
  });

  it('traffic follows the curve: at 6 on a Sunday little of the day has come', () => {
    const day = dayBounds('America/New_York', '2026-11-22');
    const share = shareOfDay(newYork('traffic'), 'traffic', day, Date.parse('2026-11-22T06:00:00-05:00'));

    expect(share).toBeCloseTo(0.06595, 5); // 1.3298 of 20.1648
  });

  it('is bounded by a flight that starts or ends within the day', () => {
    const flight = { start: '2026-11-22T11:00:00-05:00', end: '2026-11-22T19:00:00-05:00' };
    const day = dayBounds('America/New_York', '2026-11-22');
    const at = (text: string): number | null =>
      shareOfDay(newYork('even', flight), 'even', day, Date.parse(text));
    expect(at('2026-11-22T10:00:00-05:00')).toBe(0);
    expect(at('2026-11-22T13:00:00-05:00')).toBe(0.25);
    expect(at('2026-11-22T21:00:00-05:00')).toBe(1);
  });

  it('is 0 on a day without serving time', () => {
    const plan = servingPlan(sampleTerms({ dayParts: [{ weekday: 1, fromHour: 0, toHour: 24 }] }));
    const tuesday = dayBounds('UTC', '2026-11-03');
    expect(shareOfDay(plan, 'even', tuesday, tuesday.endMs)).toBe(0);
  });

  type Share = typeof shareOfDay;
  /** From 0 at the day's start to 1 at its end, never falling. */
  const rises = (share: Share) => {
    const instants = fc.array(fc.double({ min: -0.1, max: 1.1, noNaN: true }), {
      minLength: 2,
      maxLength: 8,
    });
    return fc.property(anyTerms(), fc.nat({ max: 200 }), instants, (terms, dayOfFlight, places) => {
      const plan = servingPlan(terms);
      const { mode } = terms.pacing;
      fc.pre(mode !== 'asap');
      const day = zonedDayAt(terms.timezone, plan.flightStartMs + dayOfFlight * 86_400_000);
      const length = day.endMs - day.startMs;
      const shares = places
        .sort((a, b) => a - b)
        .map((place) => share(plan, mode, day, day.startMs + place * length) ?? NaN);
      const isEmpty = servingWeight(plan, day.startMs, day.endMs) === 0;
      return (
        shares.every((each, i) => each >= 0 && each <= 1 && each >= (shares[i - 1] ?? 0) - 1e-12) &&
        share(plan, mode, day, day.startMs) === 0 &&
        share(plan, mode, day, day.endMs) === (isEmpty ? 0 : 1)
      );
    });
  };

  it('rises from 0 to 1 in any zone, mode, flight and day-parts', () =>
    fc.assert(rises(shareOfDay), { numRuns: 500 }));

  it('the check catches a share that forgets the day-parts', () => {
    const forgetful: Share = (plan, mode, day, ms) =>
      shareOfDay({ ...plan, dayParts: undefined }, mode, day, ms);
    expect(fc.check(rises(forgetful), { numRuns: 500 }).failed).toBe(true);
  });
});

describe('the share of a flight', () => {
  const atPlaces = (places: readonly number[]) => (terms: CampaignTerms) => {
    const plan = servingPlan(terms);
    const length = plan.flightEndMs - plan.flightStartMs;
    return places.map((place) => {
      const ms = plan.flightStartMs + Math.floor(place * length);
      return shareOfFlight(plan, terms.pacing.mode, zonedDayAt(terms.timezone, ms), ms) ?? NaN;
    });
  };

  it('rises from 0 to 1 over days of any length, in any zone, mode and day-parts', () => {
    const anyPlaces = fc.array(fc.double({ min: -0.1, max: 1.1, noNaN: true }), {
      minLength: 2,
      maxLength: 8,
    });
    fc.assert(
      fc.property(anyTerms(), anyPlaces, (terms, places) => {
        fc.pre(terms.pacing.mode !== 'asap');
        const shares = atPlaces([...places].sort((a, b) => a - b))(terms);
        const rises = shares.every((share, i) => share >= (shares[i - 1] ?? 0) - 1e-12 && share <= 1);
        const plan = servingPlan(terms);
        const isEmpty = servingWeight(plan, plan.flightStartMs, plan.flightEndMs) === 0;
        expect(atPlaces([0, 1])(terms)).toEqual([0, isEmpty ? 0 : 1]);
        return rises;
      }),
      { numRuns: 500 },
    );
  });

  it('counts whole days by their own length: after 8 March 2026, 23 of 47 hours have served', () => {
    const terms = sampleTerms({
      timezone: 'America/New_York',
      flight: { start: '2026-03-08T00:00:00-05:00', end: '2026-03-10T00:00:00-04:00' },
      dayParts: Array.from({ length: 7 }, (_, i) => ({ weekday: i + 1, fromHour: 0, toHour: 24 })),
    });
    const ms = Date.parse('2026-03-09T00:00:00-04:00');
    expect(shareOfFlight(servingPlan(terms), 'even', zonedDayAt(terms.timezone, ms), ms)).toBe(23 / 47);
  });
});
