import { describe, expect, it } from '@jest/globals';
import { isSame, sumOf } from './added';

describe('amounts added in the browser', () => {
  it('are exact to the nano, negative ones too', () => {
    expect(sumOf([])).toEqual({ micros: 0, nanos: 0 });
    expect(sumOf(Array.from({ length: 3 }, () => ({ micros: 0, nanos: 400 })))).toEqual({
      micros: 1,
      nanos: 200,
    });
    expect(
      sumOf([
        { micros: -300_000, nanos: 0 },
        { micros: 1, nanos: 1 },
      ]),
    ).toEqual({ micros: -299_999, nanos: 1 });
    expect(sumOf([{ micros: -1, nanos: 500 }])).toEqual({ micros: -1, nanos: 500 });
  });

  it('would be seen to miss an event of a nano (planted)', () => {
    const events = [
      { micros: 5, nanos: 0 },
      { micros: 0, nanos: 1 },
    ];
    expect(isSame(sumOf(events), sumOf(events.slice(0, 1)))).toBe(false);
  });
});
