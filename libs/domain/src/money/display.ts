import type { Micros, Total } from './money.js';

/** `amount` in whole micros, half to even: for display only, never to be added up. */
export function displayMicros(amount: Total): Micros {
  const roundsUp = amount.nanos > 500 || (amount.nanos === 500 && amount.micros % 2 !== 0);
  return roundsUp ? Math.min(Number.MAX_SAFE_INTEGER, amount.micros + 1) : amount.micros;
}

/** `amount` in micros as a floating-point number, for ratios and comparisons: the nanos are exact up to about 4 × 10^12 micros. */
export function toMicrosNumber(amount: Total): number {
  return amount.micros + amount.nanos / 1000;
}

/** `value` rounded to an integer, half to even (IEEE 754's own rule; no drift over many values). */
export function roundHalfEven(value: number): number {
  const floor = Math.floor(value) + 0; // never −0
  const fraction = value - floor;
  if (fraction < 0.5) return floor;
  if (fraction > 0.5) return floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}

/** `amount` and an estimate of more (micros), held within the range of money: an estimate must not fail where the truth does not. */
export function addEstimate(amount: Total, estimateMicros: number): Total {
  return {
    micros: Math.min(Number.MAX_SAFE_INTEGER, amount.micros + roundHalfEven(estimateMicros)),
    nanos: amount.nanos,
  };
}

/** a / b, for display and comparison; null where b is 0. */
export function ratio(a: Total | number, b: Total | number): number | null {
  const denominator = numberOf(b);
  return denominator === 0 ? null : numberOf(a) / denominator;
}

function numberOf(value: Total | number): number {
  return typeof value === 'number' ? value : toMicrosNumber(value);
}
