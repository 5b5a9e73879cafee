import { inputMoney } from '../../format/money';
import { percent } from '../../format/number';
import { plainly } from './conditions';

/** A fact's value as its unit is read: micros as an amount, a ratio up to 1 also as a share. */
export function factText(value: unknown, unit: string | null, currency: string | undefined): string {
  if (typeof value !== 'number') return plainly(value);
  if (unit === 'micros') return `${inputMoney(value)}${currency === undefined ? '' : ` ${currency}`}`;
  return unit === 'ratio' && Math.abs(value) <= 1 ? `${plainly(value)} (${percent(value)})` : plainly(value);
}
