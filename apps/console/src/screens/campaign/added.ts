interface Money {
  readonly micros: number;
  readonly nanos: number;
}

const NANOS_PER_MICRO = 1_000n;

/** The exact sum of amounts: in nanos, so that nothing is rounded on the way. */
export function sumOf(amounts: readonly Money[]): Money {
  let all = 0n;
  for (const { micros, nanos } of amounts) all += BigInt(micros) * NANOS_PER_MICRO + BigInt(nanos);
  const nanos = ((all % NANOS_PER_MICRO) + NANOS_PER_MICRO) % NANOS_PER_MICRO;
  return { micros: Number((all - nanos) / NANOS_PER_MICRO), nanos: Number(nanos) };
}

export function isSame(a: Money, b: Money): boolean {
  return a.micros === b.micros && a.nanos === b.nanos;
}
