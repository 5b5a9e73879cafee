const NANOS_PER_MICRO = 1_000n;
const NANOS_PER_UNIT = 1_000_000_000n;

/** To the nano, as an auditor wants it: `46.940400250 USD`; six decimals when there are no nanos. Negative amounts have micros rounded down. */
export function nanoMoney(
  { micros, nanos }: { readonly micros: number; readonly nanos: number },
  currency: string | null,
): string {
  const all = BigInt(micros) * NANOS_PER_MICRO + BigInt(nanos);
  const size = all < 0n ? -all : all;
  const decimals = String(size % NANOS_PER_UNIT).padStart(9, '0');
  const shown = decimals.endsWith('000') ? decimals.slice(0, 6) : decimals;
  return `${all < 0n ? '-' : ''}${(size / NANOS_PER_UNIT).toLocaleString('en-US')}.${shown}${currency === null ? '' : ` ${currency}`}`;
}
