import { describe, expect, it } from '@jest/globals';
import type { MetricPoint } from '../../api/generated/types.gen';
import { rangeOf, sharesOf } from './forecast';

const MINUTE_MS = 60_000;
const FORECAST = { nowMs: 720 * MINUTE_MS, endMs: 1_440 * MINUTE_MS, today: 40, end: 80 };

function points(stepMinutes: number, spent: readonly number[]): readonly MetricPoint[] {
  return spent.map((micros, back) => {
    const endMs = FORECAST.nowMs - back * stepMinutes * MINUTE_MS;
    return {
      start: new Date(endMs - stepMinutes * MINUTE_MS).toISOString(),
      end: new Date(endMs).toISOString(),
      spend: { net: { micros, nanos: 0 } },
    } as unknown as MetricPoint;
  });
}

describe('a forecast', () => {
  const minutes = (...all: readonly number[]) => all.map((minute) => minute * MINUTE_MS);

  it('is there at every moment from now on, not at its ends alone', () => {
    expect(sharesOf(FORECAST, minutes(719, 720, 1_080, 1_440), undefined)).toEqual([null, 0, 0.5, 1]);
  });

  it('grows as what is expected grows: not at all while nothing is served', () => {
    const at = minutes(720, 900, 1_080, 1_440);
    expect(sharesOf(FORECAST, at, [50, 50, 75, 100])).toEqual([0, 0, 0.5, 1]);
    expect(sharesOf(FORECAST, at, [100, 100, 100, 100])).toEqual([0, 0.25, 0.5, 1]);
  });

  it('lies between what the slowest and the fastest quarter of the last hour would make of it', () => {
    const spent = [2, 2, 2, 1, 1, 1, 3, 3, 3, 2, 2, 2];
    expect(rangeOf(FORECAST, points(5, spent))).toEqual({ low: 60, high: 100 });
    expect(
      rangeOf(
        FORECAST,
        points(
          5,
          Array.from({ length: 12 }, () => 2),
        ),
      ),
    ).toEqual({ low: 80, high: 80 });
  });

  it('has no band where nothing tells one', () => {
    expect(rangeOf(FORECAST, points(60, [9, 9]))).toBeUndefined();
    expect(rangeOf(FORECAST, points(5, [0, 0, 0, 5]))).toBeUndefined();
    expect(rangeOf(FORECAST, [])).toBeUndefined();
  });

  it('would be seen to fall below what is spent already (planted)', () => {
    const spent = [2, 2, 2, 0, 0, 0];
    expect(rangeOf(FORECAST, points(5, spent))?.low).toBe(FORECAST.today);
  });
});
