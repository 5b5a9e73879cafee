import { anyMicros, anyNanos, anyTotal, smallTotal } from '@flightdeck/testing';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { accumulator, addInto, addTotalInto, type TotalAccumulator } from './accumulator.js';
import {
  addNanos,
  addTotal,
  compareTotal,
  isMicros,
  micros,
  MoneyOverflow,
  multiplyTotal,
  negate,
  subtractTotal,
  total,
  ZERO,
  type Total,
} from './money.js';

const MAX = Number.MAX_SAFE_INTEGER;

/** An independent view of a total: all of it in nanos. */
const inNanos = (amount: Total): bigint => BigInt(amount.micros) * 1000n + BigInt(amount.nanos);
const isInRange = (nanos: bigint): boolean =>
  nanos >= BigInt(-MAX) * 1000n && nanos <= BigInt(MAX) * 1000n + 999n;
const isNormalised = (amount: Total): boolean =>
  isMicros(amount.micros) && Number.isInteger(amount.nanos) && amount.nanos >= 0 && amount.nanos <= 999;
const hasNegativeZero = (amount: Total): boolean =>
  Object.is(amount.micros, -0) || Object.is(amount.nanos, -0);

/** Whether `compute` gives exactly `expected`, or overflows exactly when that is out of range. */
function agrees(expected: bigint, compute: () => Total): boolean {
  try {
    const result = compute();
    return inNanos(result) === expected && isNormalised(result) && !hasNegativeZero(result);
  } catch (error) {
    return error instanceof MoneyOverflow && !isInRange(expected);
  }
}

describe('micros', () => {
  it.each([1.5, NaN, Infinity, -Infinity, MAX + 1, -MAX - 1])('refuses %p', (value) => {
    expect(() => micros(value)).toThrow(MoneyOverflow);
    expect(isMicros(value)).toBe(false);
  });

  it.each([0, 1, -1, MAX, -MAX])('takes %p', (value) => expect(micros(value)).toBe(value));
  it('knows no negative zero', () => expect(Object.is(micros(-0), 0)).toBe(true));
  it.each(['5', null, 5n, {}])('is no %p', (value) => expect(isMicros(value)).toBe(false));
});

describe('arithmetic agrees with BigInt over the whole range, or overflows', () => {
  const holds = (property: fc.IProperty<[Total, Total]>): void => fc.assert(property, { numRuns: 2000 });
  const edge = fc.oneof(
    anyTotal(),
    smallTotal(),
    fc.constantFrom<Total>(ZERO, total(MAX, 999), total(-MAX), total(-1, 1)),
  );

  it('total', () =>
    fc.assert(
      fc.property(anyMicros(), anyNanos(), (m, n) =>
        agrees(BigInt(m) * 1000n + BigInt(n), () => total(m, n)),
      ),
    ));
  it('addTotal', () =>
    holds(fc.property(edge, edge, (a, b) => agrees(inNanos(a) + inNanos(b), () => addTotal(a, b)))));
  it('subtractTotal', () =>
    holds(fc.property(edge, edge, (a, b) => agrees(inNanos(a) - inNanos(b), () => subtractTotal(a, b)))));
  it('negate', () => fc.assert(fc.property(edge, (a) => agrees(-inNanos(a), () => negate(a)))));
  it('addNanos', () =>
    fc.assert(fc.property(edge, anyNanos(), (a, n) => agrees(inNanos(a) + BigInt(n), () => addNanos(a, n)))));
  it('compareTotal', () =>
    holds(
      fc.property(
        edge,
        edge,
        (a, b) => Math.sign(compareTotal(a, b)) === Number(sign(inNanos(a) - inNanos(b))),
      ),
    ));
  it('multiplyTotal', () =>
    fc.assert(
      fc.property(smallTotal(), fc.integer({ min: -900_000, max: 900_000 }), (a, count) =>
        agrees(inNanos(a) * BigInt(count), () => multiplyTotal(a, count)),
      ),
    ));

  it.each([
    ['addTotal', () => addTotal(total(MAX), total(1))],
    ['addTotal, by the carry', () => addTotal(total(MAX, 999), total(0, 1))],
    ['addTotal, below', () => addTotal(total(-MAX), total(0, -1))],
    ['total', () => total(MAX, 1000)],
    ['multiplyTotal', () => multiplyTotal(total(MAX), 2)],
    ['addInto', () => addInto(accumulator(total(MAX)), 1, 0)],
    ['addInto, a fraction of a nano', () => addInto(accumulator(), 0, 0.5)],
  ])('%s overflows as an error', (_, compute) => expect(compute).toThrow(MoneyOverflow));

  it('leaves an accumulator as it was when it overflows', () => {
    const sum = accumulator(total(MAX, 5));
    expect(() => addInto(sum, 1, 7)).toThrow(MoneyOverflow);
    expect(sum).toEqual({ micros: MAX, nanos: 5 });
  });
});

describe('a sum', () => {
  type Add = (sum: TotalAccumulator, micros: number, nanos: number) => void;

  /** In any order, in any grouping, the sum is the BigInt sum to the nano. */
  const isExact = (add: Add) => {
    const amount = fc.record({ micros: fc.integer(), nanos: fc.integer() });
    const shuffled = fc.array(amount, { maxLength: 60 }).chain((amounts) =>
      fc.record({
        amounts: fc.constant(amounts),
        order: fc.shuffledSubarray(amounts, { minLength: amounts.length }),
        split: fc.nat({ max: amounts.length }),
      }),
    );
    return fc.property(shuffled, ({ amounts, order, split }) => {
      const expected = amounts.reduce(
        (sum, each) => sum + BigInt(each.micros) * 1000n + BigInt(each.nanos),
        0n,
      );
      const [first, second] = [accumulator(), accumulator()];
      order.forEach((each, i) => {
        add(i < split ? first : second, each.micros, each.nanos);
      });
      return agrees(expected, () => addTotal(first, second));
    });
  };

  it('is exact and does not depend on order or grouping', () =>
    fc.assert(isExact(addInto), { numRuns: 500 }));

  it('the check catches a carry that is rounded', () => {
    const rounding: Add = (sum, m, n) => {
      sum.micros += m + Math.round(n / 1000);
    };
    expect(fc.check(isExact(rounding)).failed).toBe(true);
  });

  it('the check catches a carry that is not floored', () => {
    const truncating: Add = (sum, m, n) => {
      sum.micros += m + Math.trunc((sum.nanos + n) / 1000);
      sum.nanos = (sum.nanos + n) % 1000;
    };
    expect(fc.check(isExact(truncating)).failed).toBe(true);
  });

  it('is the same added as totals', () =>
    fc.assert(
      fc.property(fc.array(smallTotal()), (amounts) => {
        const sum = accumulator();
        for (const amount of amounts) addTotalInto(sum, amount);
        expect(sum).toEqual(amounts.reduce(addTotal, ZERO));
      }),
    ));
});

function sign(value: bigint): bigint {
  if (value === 0n) return 0n;
  return value > 0n ? 1n : -1n;
}
