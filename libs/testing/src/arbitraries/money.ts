import { total, type Micros, type Nanos, type Total } from '@flightdeck/domain';
import fc from 'fast-check';

/** Any amount of micros, the ends of the range included. */
export const anyMicros = (): fc.Arbitrary<Micros> => fc.maxSafeInteger();

/** Amounts of which a million can be added up without leaving the range: ±9,007,199,254 micros. */
export const smallMicros = (): fc.Arbitrary<Micros> =>
  fc.integer({ min: -9_007_199_254, max: 9_007_199_254 });

/** Any number of nanos, not normalised. */
export const anyNanos = (): fc.Arbitrary<Nanos> => fc.maxSafeInteger();

/** A normalised total of any size. */
export const anyTotal = (): fc.Arbitrary<Total> =>
  fc.record({ micros: anyMicros(), nanos: fc.integer({ min: 0, max: 999 }) });

/** A total of which a million can be added up without leaving the range. */
export const smallTotal = (): fc.Arbitrary<Total> =>
  fc
    .tuple(smallMicros(), fc.integer({ min: -1_000_000, max: 1_000_000 }))
    .map(([micros, nanos]) => total(micros, nanos));
