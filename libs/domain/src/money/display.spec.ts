import { describe, expect, it } from '@jest/globals';
import { addEstimate, displayMicros, ratio, roundHalfEven, toMicrosNumber } from './display.js';
import { total } from './money.js';

describe('display', () => {
  it.each([
    [total(2, 499), 2],
    [total(2, 500), 2],
    [total(3, 500), 4],
    [total(2, 501), 3],
    [total(0, -500), 0],
    [total(-1, -500), -2],
    [total(Number.MAX_SAFE_INTEGER, 999), Number.MAX_SAFE_INTEGER],
  ])('shows %j as %p micros, half to even', (amount, shown) => expect(displayMicros(amount)).toBe(shown));

  it.each([
    [0.5, 0],
    [1.5, 2],
    [2.5, 2],
    [-0.5, 0],
    [-1.5, -2],
    [2.4999, 2],
    [-0, 0],
  ])('rounds %p to %p', (value, rounded) => expect(roundHalfEven(value)).toBe(rounded));

  it('divides money by money or by a count, and nothing by 0', () => {
    expect(ratio(total(57), total(60))).toBe(0.95);
    expect(ratio(total(1, 500), 3)).toBe(0.5);
    expect(ratio(total(1), 0)).toBeNull();
    expect(ratio(1, total(0))).toBeNull();
  });

  it('keeps nanos in a number', () => expect(toMicrosNumber(total(-1, 250))).toBe(-0.75));

  it('holds an estimate within the range', () =>
    expect(addEstimate(total(5, 7), 1e300)).toEqual({ micros: Number.MAX_SAFE_INTEGER, nanos: 7 }));
});
