import { anyCounters, anyTerms, sampleFigures, sampleTerms, spent } from '@flightdeck/testing';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { CampaignTerms } from '../campaign/events.js';
import type { CampaignFigures } from '../figures/figures.js';
import { total } from '../money/money.js';
import { parseInstant } from '../time/instant.js';
import { pacingOf, type PacingView } from './pacing.js';

const UNIT = 1_000_000;
const at = (text: string): number => parseInstant(text) ?? NaN;

function view(terms: Partial<CampaignTerms>, now: string, figures: Partial<CampaignFigures>): PacingView {
  const agreed = sampleTerms(terms);
  const nowMs = at(now);
  return pacingOf({
    terms: agreed,
    status: 'active',
    figures: sampleFigures(nowMs, agreed.timezone, figures),
    nowMs,
  });
}

describe('a daily budget', () => {
  const noon = (figures: Partial<CampaignFigures>, terms: Partial<CampaignTerms> = {}): PacingView =>
    view({ budget: { dailyMicros: 100 * UNIT }, ...terms }, '2026-11-05T12:00:00Z', figures);

  it('expects its share by now and compares it with what was spent today', () => {
    const seen = noon({ today: spent(45 * UNIT), lifetime: spent(300 * UNIT) });
    expect(seen).toMatchObject({
      share: 0.5,
      expectedMicros: 50 * UNIT,
      pacingIndex: 0.9,
      indexBasis: 'day',
    });
    expect(seen.budget).toMatchObject({
      todayMicros: 100 * UNIT,
      remainingTodayMicros: 55 * UNIT,
      remainingMicros: null,
    });
    expect(seen.utilizationToday).toBe(0.45);
  });

  it('forecasts the day from the last 15 minutes', () => {
    const seen = noon({ today: spent(45 * UNIT), last15m: spent(900_000) });
    expect(seen.runRateMicrosPerSecond).toBe(1000);
    expect(seen.forecastMicros).toBe(45 * UNIT + 12 * 3600 * 1000);
    expect(seen.exhaustsAtMs).toBeNull();
    expect(seen.projectedOverspend).toBe(false);
  });

  it('says when it will be exhausted', () => {
    const seen = noon({ today: spent(90 * UNIT), last15m: spent(9 * UNIT) });
    expect(seen.exhaustsAtMs).toBe(at('2026-11-05T12:16:40Z')); // 10 units at 10,000 micros a second
    expect(seen).toMatchObject({ overspend: false, projectedOverspend: true });
  });

  it('is exhausted now once it is spent', () => {
    const seen = noon({ today: spent(100 * UNIT) });
    expect(seen.exhaustsAtMs).toBe(at('2026-11-05T12:00:00Z'));
    expect(seen.overspend).toBe(false);
  });

  it('is overspent only above its tolerance, to the nano', () => {
    const tolerant = { pacing: { mode: 'even', tolerance: 0.15 } } as const;
    expect(noon({ today: spent(115 * UNIT) }, tolerant).overspend).toBe(false);
    expect(noon({ today: spent(115 * UNIT, 1) }, tolerant).overspend).toBe(true);
  });

  it('forecasts no more spend for a campaign that is paused', () => {
    const figures = sampleFigures(at('2026-11-05T12:00:00Z'), 'UTC', {
      today: spent(5),
      last15m: spent(900_000),
    });
    const terms = sampleTerms({ budget: { dailyMicros: 100 * UNIT } });
    const seen = pacingOf({ terms, status: 'paused', figures, nowMs: at('2026-11-05T12:00:00Z') });
    expect(seen).toMatchObject({ status: 'paused', forecastMicros: 5, exhaustsAtMs: null });
  });

  it('expects nothing, and has no index, before the day has served', () => {
    const seen = noon({ today: spent(5) }, { dayParts: [{ weekday: 4, fromHour: 18, toHour: 24 }] });
    expect(seen).toMatchObject({ share: 0, expectedMicros: 0, pacingIndex: null });
  });

  it('counts the run rate over serving time only', () => {
    const evening = { dayParts: [{ weekday: 4, fromHour: 11, toHour: 13 }] };
    const seen = view({ budget: { dailyMicros: 100 * UNIT }, ...evening }, '2026-11-05T11:05:00Z', {
      last15m: spent(300_000),
    });
    expect(seen.runRateMicrosPerSecond).toBe(1000);
    expect(seen.forecastMicros).toBe(115 * 60 * 1000);
  });

  it('asap follows no curve', () =>
    expect(noon({ today: spent(1) }, { pacing: { mode: 'asap', tolerance: 0 } })).toMatchObject({
      share: null,
      expectedMicros: null,
      pacingIndex: null,
      indexBasis: null,
      utilizationToday: 1 / (100 * UNIT),
    }));

  it('traffic forecasts by the shape of what is left of the day', () => {
    const day = Array.from({ length: 24 }, (_, hour) => (hour < 12 ? 1 : hour < 18 ? 2 : 0));
    const pacing = { mode: 'traffic', tolerance: 0, curve: Array.from({ length: 7 }, () => day) } as const;
    const seen = noon({ today: spent(45 * UNIT), last15m: spent(900_000) }, { pacing });
    expect(seen.share).toBe(0.5);
    expect(seen.forecastMicros).toBe(45 * UNIT + 6 * 3600 * 2000);
  });
});

describe('a flight budget', () => {
  it('100 over 10 days, even, 6 whole days elapsed, 57 spent: index 0.95', () => {
    const seen = view({ budget: { lifetimeMicros: 100 * UNIT } }, '2026-11-07T00:00:00Z', {
      lifetime: spent(57 * UNIT),
    });
    expect(seen).toMatchObject({
      pacingIndex: 0.95,
      indexBasis: 'flight',
      expectedLifetimeMicros: 60 * UNIT,
    });
  });

  it('spreads what is left over the days left, today included', () => {
    const seen = view({ budget: { lifetimeMicros: 100 * UNIT } }, '2026-11-07T12:00:00Z', {
      today: spent(3 * UNIT),
      lifetime: spent(63 * UNIT),
    });
    expect(seen.flightDaysLeft).toBe(4);
    expect(seen.budget).toMatchObject({ dailyMicros: null, targetMicros: 10 * UNIT, todayMicros: 10 * UNIT });
    expect(seen.budget).toMatchObject({ remainingTodayMicros: 7 * UNIT, remainingMicros: 37 * UNIT });
    expect(seen).toMatchObject({
      expectedMicros: 5 * UNIT,
      utilizationToday: 0.3,
      utilizationLifetime: 0.63,
    });
  });

  it('looks past today for its end', () => {
    const seen = view({ budget: { lifetimeMicros: 100 * UNIT } }, '2026-11-02T12:00:00Z', {
      lifetime: spent(10 * UNIT),
      last15m: spent(312_500),
    });
    expect(seen.exhaustsAtMs).toBe(at('2026-11-05T12:00:00Z')); // 90 units at 30 a day
  });

  it('does not end after the flight has', () => {
    const budget = { lifetimeMicros: 100 * UNIT };
    expect(view({ budget }, '2026-11-10T12:00:00Z', { last15m: spent(312_500) }).exhaustsAtMs).toBeNull();
    expect(view({ budget }, '2026-11-20T12:00:00Z', { lifetime: spent(50) })).toMatchObject({
      flightDaysLeft: 0,
      share: 0,
      expectedMicros: 0,
      expectedLifetimeMicros: 100 * UNIT,
      forecastMicros: 0,
    });
  });

  it('and a daily budget: the tighter is the target, the daily one is the budget of the day', () => {
    const budget = { dailyMicros: 20 * UNIT, lifetimeMicros: 100 * UNIT };
    const seen = view({ budget }, '2026-11-07T12:00:00Z', {
      today: spent(4 * UNIT),
      lifetime: spent(94 * UNIT),
    });
    expect(seen.budget).toMatchObject({
      targetMicros: 2_500_000,
      todayMicros: 20 * UNIT,
      remainingTodayMicros: 6 * UNIT,
    });
    expect(seen).toMatchObject({ indexBasis: 'day', utilizationToday: 0.2 });
  });

  it('is overspent as a whole too', () => {
    const seen = view({ budget: { lifetimeMicros: 100 * UNIT } }, '2026-11-07T12:00:00Z', {
      lifetime: spent(100 * UNIT, 1),
    });
    expect(seen.overspend).toBe(true);
    expect(seen.budget.remainingTodayMicros).toBeLessThanOrEqual(0);
  });
});

describe('pacing', () => {
  it('of an unregistered campaign knows spend, and neither budget nor expectation', () => {
    const nowMs = at('2026-11-05T12:00:00Z');
    const figures = sampleFigures(nowMs, 'UTC', {
      today: spent(7),
      lifetime: spent(9, 5),
      unregistered: true,
    });
    const seen = pacingOf({ terms: undefined, status: undefined, figures, nowMs });
    expect(seen.spend).toMatchObject({ today: total(7), lifetime: total(9, 5) });
    expect(Object.values(seen.budget)).toEqual([null, null, null, null, null, null]);
    expect(seen).toMatchObject({
      status: null,
      expectedMicros: null,
      pacingIndex: null,
      overspend: null,
      forecastMicros: 7,
    });
  });

  it('of a day that is over is that of its end', () => {
    const terms = sampleTerms({ budget: { dailyMicros: 100 } });
    const figures = sampleFigures(at('2026-11-05T12:00:00Z'), 'UTC', { today: spent(50) });
    const seen = pacingOf({ terms, status: 'active', figures, nowMs: at('2026-11-09T09:00:00Z') });
    expect(seen).toMatchObject({ day: '2026-11-05', share: 1, expectedMicros: 100, forecastMicros: 50 });
  });

  it('survives amounts at the end of the range', () => {
    const most = spent(Number.MAX_SAFE_INTEGER, 999);
    const budget = { dailyMicros: Number.MAX_SAFE_INTEGER };
    const seen = view({ budget, pacing: { mode: 'even', tolerance: 1 } }, '2026-11-05T12:00:00Z', {
      ...{ today: most, lifetime: most, last15m: most },
    });
    expect(seen.forecastMicros).toBe(Number.MAX_SAFE_INTEGER);
  });

  it('is always JSON: whole micros, finite numbers or null', () => {
    const input = fc.record({
      terms: anyTerms(),
      days: fc.integer({ min: -3, max: 210 }),
      ...{ today: anyCounters(), lifetime: anyCounters(), last15m: anyCounters() },
    });
    fc.assert(
      fc.property(input, ({ terms, days, today, lifetime, last15m }) => {
        const nowMs = at(terms.flight.start) + days * 86_400_000;
        const figures = sampleFigures(nowMs, terms.timezone, { today, lifetime, last15m });
        const seen = pacingOf({ terms, status: 'active', figures, nowMs });
        expect(JSON.parse(JSON.stringify(seen))).toEqual(seen);
        const whole = [
          ...Object.values(seen.budget),
          seen.expectedMicros,
          seen.forecastMicros,
          seen.exhaustsAtMs,
        ];
        expect(whole.every((amount) => amount === null || Number.isSafeInteger(amount))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
