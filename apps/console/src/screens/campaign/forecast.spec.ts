import { describe, expect, it } from '@jest/globals';
import type { MetricPoint } from '../../api/generated/types.gen';
import { forecastAt, rangeOf } from './forecast';

const MINUTE_MS = 60_000;
const FORECAST = { nowMs: 720 * MINUTE_MS, endMs: 1_440 * MINUTE_MS, today: 40, end: 80 };
const none = () => null;

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
  it('is there at every moment from now on, not at its ends alone', () => {
    const at = (minute: number) => forecastAt(FORECAST, minute * MINUTE_MS, none);
    expect([at(719), at(720), at(1_080), at(1_440)]).toEqual([null, 40, 60, 80]);
  });

  it('grows as what is expected grows: not at all while nothing is served', () => {
    const inTheEvening = (ms: number) => (ms < 1_080 * MINUTE_MS ? 50 : ms === FORECAST.endMs ? 100 : 75);
    expect(forecastAt(FORECAST, 900 * MINUTE_MS, inTheEvening)).toBe(40);
    expect(forecastAt(FORECAST, 1_080 * MINUTE_MS, inTheEvening)).toBe(60);
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
