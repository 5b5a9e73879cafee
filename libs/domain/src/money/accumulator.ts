import { MoneyOverflow, NANOS_PER_MICRO, type Micros, type Nanos, type Total } from './money.js';

/** A {@link Total} that a fold adds to in place: nothing is allocated per event. Normalised like a Total, and usable as one. */
export interface TotalAccumulator {
  micros: Micros;
  nanos: Nanos;
}

/** An accumulator that starts at `from`, or at nothing. */
export function accumulator(from?: Total): TotalAccumulator {
  return { micros: from?.micros ?? 0, nanos: from?.nanos ?? 0 };
}

/** Adds `micros` + `nanos`/1000 micros to `target`, in place; both may be negative. On error `target` is unchanged. @throws {MoneyOverflow} */
export function addInto(target: TotalAccumulator, micros: Micros, nanos: Nanos): void {
  let carry = Math.floor(nanos / NANOS_PER_MICRO);
  let rest = target.nanos + (nanos - carry * NANOS_PER_MICRO);
  if (rest >= NANOS_PER_MICRO) {
    rest -= NANOS_PER_MICRO;
    carry += 1;
  }
  const addend = micros + carry;
  const sum = target.micros + addend;
  if (!Number.isSafeInteger(nanos) || !Number.isSafeInteger(addend) || !Number.isSafeInteger(sum)) {
    throw new MoneyOverflow(
      `${target.micros} + ${micros} micros + ${nanos} nanos is not an exact amount of money.`,
    );
  }
  target.micros = sum + 0;
  target.nanos = rest;
}

/** Adds `amount` to `target`, in place. @throws {MoneyOverflow} */
export function addTotalInto(target: TotalAccumulator, amount: Total): void {
  addInto(target, amount.micros, amount.nanos);
}
