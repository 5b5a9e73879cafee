/** Micros in one unit of a currency. */
export const MICROS_PER_UNIT = 1_000_000;
const UNKNOWN = '–';
const COMPACT_FROM_UNITS = 100_000;

const formats = new Map<string, Intl.NumberFormat>();

/** An amount in micros as people read it: `$46.94`; large ones without cents, so that a column stays narrow. */
export function money(micros: number | null | undefined, currency: string | null | undefined): string {
  if (micros === null || micros === undefined) return UNKNOWN;
  const units = micros / MICROS_PER_UNIT;
  if (currency === null || currency === undefined) return plain(units);
  const options: Intl.NumberFormatOptions =
    Math.abs(units) >= COMPACT_FROM_UNITS
      ? { style: 'currency', currency, notation: 'compact', maximumFractionDigits: 1 }
      : { style: 'currency', currency };
  return formatOf(currency, options).format(units);
}

/** To the micro, for a title or a copy: `46.940400 USD`. */
export function exactMoney(micros: number, currency: string | null): string {
  const sign = micros < 0 ? '-' : '';
  const whole = Math.trunc(Math.abs(micros) / MICROS_PER_UNIT);
  const rest = String(Math.abs(micros) % MICROS_PER_UNIT).padStart(6, '0');
  return `${sign}${whole}.${rest}${currency === null ? '' : ` ${currency}`}`;
}

/** What a person typed, in micros; undefined when it is no positive amount with at most six decimals. */
export function parseMoney(text: string): number | undefined {
  const match = /^\s*(\d{1,10})(?:\.(\d{1,6}))?\s*$/u.exec(text.replaceAll(',', ''));
  if (match === null) return undefined;
  const micros = Number(match[1]) * MICROS_PER_UNIT + Number((match[2] ?? '').padEnd(6, '0'));
  return Number.isSafeInteger(micros) && micros > 0 ? micros : undefined;
}

/** For an input: `12.5`, without grouping, so that {@link parseMoney} gives the same micros again. */
export function inputMoney(micros: number | null | undefined): string {
  if (micros === null || micros === undefined) return '';
  return exactMoney(micros, null).replace(/\.?0+$/u, '');
}

function plain(units: number): string {
  return units.toLocaleString('en-US', { maximumFractionDigits: 2 });
}

function formatOf(currency: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${currency} ${options.notation ?? ''}`;
  const known = formats.get(key);
  if (known !== undefined) return known;
  const made = new Intl.NumberFormat('en-US', options);
  formats.set(key, made);
  return made;
}
