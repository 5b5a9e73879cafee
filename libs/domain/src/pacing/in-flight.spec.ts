import { describe, expect, it } from '@jest/globals';
import { sampleFigures, sampleTerms, spent } from '@flightdeck/testing';
import fc from 'fast-check';
import type { CampaignFigures } from '../figures/figures.js';
import { MINUTE_MS, parseInstant } from '../time/instant.js';
import { IN_FLIGHT_KNOWN_MS, IN_FLIGHT_MAX_MS, inFlight } from './in-flight.js';
import { pacingOf } from './pacing.js';
import { servingPlan } from './serving-plan.js';

const terms = sampleTerms({ budget: { dailyMicros: 1_000_000 } });
const plan = servingPlan(terms);
const noonMs = parseInstant('2026-11-05T12:00:00Z') ?? NaN;
const PER_MINUTE = 6_000;

/** A campaign that spent evenly for hours, until events ceased to arrive `silenceMs` ago. */
function silentFor(silenceMs: number, nowMs = noonMs): CampaignFigures {
  const lastOccurredAtMs = nowMs - silenceMs;
  const within = (minutes: number) => {
    const fromMs = (Math.floor(nowMs / MINUTE_MS) - minutes + 1) * MINUTE_MS;
    return spent(Math.max(0, Math.round(((lastOccurredAtMs - fromMs) / MINUTE_MS) * PER_MINUTE)));
  };
  const windows = { last15m: within(15), last60m: within(60) };
  return sampleFigures(nowMs, 'UTC', { ...windows, lastOccurredAtMs });
}

type InFlight = typeof inFlight;

/** Holds a way to estimate what is in flight against what an even campaign really has in flight. */
function checkEven(estimate: InFlight): void {
  const silence = fc.integer({ min: 0, max: 60 * MINUTE_MS });
  const now = fc.integer({ min: 0, max: 59 * MINUTE_MS }).map((ms) => noonMs + ms);
  fc.assert(
    fc.property(silence, now, (silenceMs, nowMs) => {
      const told = estimate({ terms, figures: silentFor(silenceMs, nowMs), status: 'active' }, plan, nowMs);
      if (silenceMs > IN_FLIGHT_KNOWN_MS) {
        expect(told).toBeNull();
        return;
      }
      const truly = (Math.min(silenceMs, IN_FLIGHT_MAX_MS) / MINUTE_MS) * PER_MINUTE;
      expect(Math.abs((told ?? NaN) - truly)).toBeLessThan(1 + truly / 1000); // the windows hold whole micros
    }),
  );
}

describe('what is in flight', () => {
  it('is, of a campaign that spends evenly, what it spends in the silence', () => checkEven(inFlight));

  it('is caught when the silence is taken for spending time', () =>
    expect(() =>
      checkEven((around, of, nowMs) => {
        const told = inFlight(around, of, nowMs);
        const silenceMs = nowMs - (around.figures.lastOccurredAtMs ?? nowMs);
        return told === null ? null : told * (1 - silenceMs / (15 * MINUTE_MS));
      }),
    ).toThrow('Property failed'));

  it('is never below nothing, also after credits', () => {
    const figures = { ...silentFor(2 * MINUTE_MS), last15m: spent(-500) };
    expect(inFlight({ terms, figures, status: 'active' }, plan, noonMs)).toBe(0);
  });

  it('is nothing before the first event', () =>
    expect(inFlight({ terms, figures: sampleFigures(noonMs), status: 'active' }, plan, noonMs)).toBe(0));

  it('ends with a pause', () => {
    const paused = { ...terms, statusChangedAt: new Date(noonMs - 3 * MINUTE_MS).toISOString() };
    const around = { terms: paused, figures: silentFor(4 * MINUTE_MS), status: 'paused' as const };
    expect(inFlight(around, plan, noonMs)).toBeCloseTo(PER_MINUTE, -1);
  });

  it('is taken off what remains', () => {
    const view = pacingOf({ terms, status: 'active', figures: silentFor(2 * MINUTE_MS), nowMs: noonMs });
    expect(view.inFlightMicros).toBe(2 * PER_MINUTE);
    expect(view.remainingAfterInFlightMicros).toBe(1_000_000 - 2 * PER_MINUTE);
  });
});
