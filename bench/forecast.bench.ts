import { forecastError, PACING_MODES } from '../libs/testing/src/forecast/forecast-error.js';
import type { Figure } from './report.js';

const DAYS = 4_000;
const DAYS_QUICK = 400;
const SEED = 20_261_126;

/** How far forecasts at noon are off on generated days, beside a straight line through midnight and noon. Nothing is timed. */
export async function forecastBench(options: { readonly quick: boolean }): Promise<Figure[]> {
  const days = options.quick ? DAYS_QUICK : DAYS;
  return PACING_MODES.map((mode) => {
    const { exhausted, open, capped, bias, p90, ofLastHour, straightLine } = forecastError(mode, {
      days,
      seed: SEED,
    });
    return {
      name: `forecast at noon, mean absolute error, ${mode}`,
      value: percent(capped),
      unit: '% of the budget',
      ceiling: { name: 'a straight line', value: percent(straightLine) },
      details: {
        ...{ days, 'spent before the close': exhausted, 'open days': percent(open), bias: percent(bias) },
        ...{ p90: percent(p90), 'at the last hour’s rate': percent(ofLastHour) },
      },
    };
  });
}

function percent(share: number): number {
  return Math.round(share * 10_000) / 100;
}
