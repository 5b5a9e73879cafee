import { describe, expect, it } from '@jest/globals';
import { keyOf, zoomAround } from './keys';

const HOUR_MS = 3_600_000;
const day = Array.from({ length: 25 }, (_, hour) => hour * HOUR_MS);

describe('zooming by keys', () => {
  it('halves what is seen around the point, within the chart', () => {
    expect(zoomAround('closer', day, 12, undefined)).toEqual({ fromMs: 6 * HOUR_MS, toMs: 18 * HOUR_MS });
    expect(zoomAround('closer', day, 0, undefined)).toEqual({ fromMs: 0, toMs: 12 * HOUR_MS });
    expect(zoomAround('closer', day, 24, undefined)).toEqual({ fromMs: 12 * HOUR_MS, toMs: 24 * HOUR_MS });
  });

  it('goes back to the whole', () => {
    const half = { fromMs: 6 * HOUR_MS, toMs: 18 * HOUR_MS };
    expect(zoomAround('wider', day, 12, half)).toBeUndefined();
    expect(zoomAround('whole', day, 12, half)).toBeUndefined();
    expect(zoomAround('closer', [], 0, undefined)).toBeUndefined();
  });

  it('ends at ten minutes', () => {
    const close = { fromMs: 0, toMs: 600_000 };
    expect(zoomAround('closer', day, 0, close)).toEqual(close);
  });

  it('would be seen to leave the chart (planted)', () => {
    const { fromMs = -1, toMs = -1 } = zoomAround('closer', day, 0, undefined) ?? {};
    expect([fromMs - 6 * HOUR_MS >= 0, fromMs >= 0, toMs <= 24 * HOUR_MS]).toEqual([false, true, true]);
  });
});

it('leaves to the page what is not a chart’s key', () => {
  expect([keyOf('ArrowLeft'), keyOf('Enter'), keyOf('Tab'), keyOf('j')]).toEqual([
    -1,
    'pick',
    undefined,
    undefined,
  ]);
});
