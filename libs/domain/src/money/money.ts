declare const unit: unique symbol;

/** Integer millionths of a currency unit, within ±9,007,199,254,740,991. */
export type Micros = number & { readonly [unit]?: 'micros' };

/** Integer billionths of a currency unit: the cost of one event. */
export type Nanos = number & { readonly [unit]?: 'nanos' };

/** An exact sum: `micros` + `nanos`/1000 micros, normalised so that 0 ≤ nanos ≤ 999 (micros floors towards −∞). */
export interface Total {
  readonly micros: Micros;
  readonly nanos: Nanos;
}

export const NANOS_PER_MICRO = 1000;

/** Nothing. */
export const ZERO: Total = Object.freeze({ micros: 0, nanos: 0 });

/** An amount or a sum is not an integer within ±9,007,199,254,740,991: a fault, because money never wraps or rounds. */
export class MoneyOverflow extends Error {
  override readonly name = 'MoneyOverflow';
}

/** Whether `value` can be an amount of micros: an integer number within ±9,007,199,254,740,991. */
export function isMicros(value: unknown): value is Micros {
  return Number.isSafeInteger(value);
}

/** `value` as micros, −0 as 0. @throws {MoneyOverflow} when it is a fraction, not finite, or out of range. */
export function micros(value: number): Micros {
  return exact(value);
}

/** `wholeMicros` + `nanos`/1000 micros, normalised; either may be negative. @throws {MoneyOverflow} */
export function total(wholeMicros: Micros, nanos: Nanos = 0): Total {
  const carry = Math.floor(exact(nanos) / NANOS_PER_MICRO);
  return { micros: exact(exact(wholeMicros) + carry), nanos: nanos - carry * NANOS_PER_MICRO };
}

/** a + b. @throws {MoneyOverflow} */
export function addTotal(a: Total, b: Total): Total {
  const nanos = a.nanos + b.nanos;
  return nanos < NANOS_PER_MICRO
    ? { micros: exact(a.micros + b.micros), nanos }
    : { micros: exact(a.micros + (b.micros + 1)), nanos: nanos - NANOS_PER_MICRO };
}

/** a + `nanos`. @throws {MoneyOverflow} */
export function addNanos(a: Total, nanos: Nanos): Total {
  return addTotal(a, total(0, nanos));
}

/** −a. @throws {MoneyOverflow} */
export function negate(a: Total): Total {
  return a.nanos === 0
    ? { micros: 0 - a.micros, nanos: 0 }
    : { micros: exact(0 - a.micros - 1), nanos: NANOS_PER_MICRO - a.nanos };
}

/** a − b. @throws {MoneyOverflow} */
export function subtractTotal(a: Total, b: Total): Total {
  const nanos = a.nanos - b.nanos;
  return nanos >= 0
    ? { micros: exact(a.micros - b.micros), nanos }
    : { micros: exact(a.micros - (b.micros + 1)), nanos: nanos + NANOS_PER_MICRO };
}

/** a × `count`, a whole number. @throws {MoneyOverflow} */
export function multiplyTotal(a: Total, count: number): Total {
  return total(exact(a.micros * exact(count)), exact(a.nanos * count));
}

/** Below 0 when a < b, 0 when equal, above 0 when a > b. */
export function compareTotal(a: Total, b: Total): number {
  return a.micros === b.micros ? a.nanos - b.nanos : a.micros - b.micros;
}

/**
 * A sum of two safe integers beyond the range rounds to 2^53 or more and never back into it, so testing the result suffices.
 * Adding 0 turns −0 into 0, which JSON and deep equality would tell apart.
 */
function exact(value: number): number {
  if (!Number.isSafeInteger(value)) throw new MoneyOverflow(`${value} is not an exact amount of money.`);
  return value + 0;
}
