import { DAY_BUDGET_MICROS, forecastError, PACING_MODES, type ForecastOf } from '@flightdeck/testing';
import { describe, expect, it } from '@jest/globals';
import type { PacingMode } from '../campaign/events.js';

const DAYS = 200;
const SEED = 20_261_126;

/** The most that forecasts at noon may be off, as shares of the day's budget: what is measured today, and a tenth of it more. */
const AT_MOST: Readonly<Record<PacingMode, { readonly open: number; readonly capped: number }>> = {
  even: { open: 0.122, capped: 0.053 },
  ahead: { open: 0.08, capped: 0.018 },
  asap: { open: 0.225, capped: 0.029 },
  traffic: { open: 0.155, capped: 0.066 },
};
const ofMode = (mode: PacingMode, forecastOf?: ForecastOf) =>
  forecastError(mode, { days: DAYS, seed: SEED, ...(forecastOf === undefined ? {} : { forecastOf }) });

describe('forecasts at noon of two hundred generated days', () => {
  it.each(PACING_MODES)('are off by no more than is known of mode %s', (mode) => {
    const { open, capped, exhausted } = ofMode(mode);
    expect(open).toBeLessThanOrEqual(AT_MOST[mode].open);
    expect(capped).toBeLessThanOrEqual(AT_MOST[mode].capped);
    // Both kinds of days are among them.
    expect(exhausted).toBeGreaterThan(DAYS / 10);
    expect(exhausted).toBeLessThan((9 * DAYS) / 10);
  });

  it('are better by the curve than without it, where traffic has one', () => {
    const { capped, straightLine } = ofMode('traffic');
    expect(capped).toBeLessThan(straightLine / 2);
  });

  it.each<[string, PacingMode, ForecastOf]>([
    [
      'goes on without the curve',
      'traffic',
      (terms, { view }) => view({ ...terms, pacing: { mode: 'even', tolerance: 0 } }).forecastMicros,
    ],
    ['sees the budget and nothing else', 'asap', () => DAY_BUDGET_MICROS],
    [
      'forgets what was spent by noon',
      'even',
      (terms, { view }) => {
        const { forecastMicros, spend } = view(terms);
        return forecastMicros - spend.today.micros;
      },
    ],
  ])('are caught when one %s (planted)', (_, mode, forecastOf) => {
    const { open, capped } = ofMode(mode, forecastOf);
    expect(open > AT_MOST[mode].open || capped > AT_MOST[mode].capped).toBe(true);
  });
});
