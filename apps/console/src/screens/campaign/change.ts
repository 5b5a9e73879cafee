import type { HistoryItem } from '../../api/generated/types.gen';
import { inputMoney } from '../../format/money';

/** What a change of a campaign changed, from the old to the new; empty where there is no old. */
export function changeOf(
  { data, type }: Pick<HistoryItem, 'data'> & { readonly type?: string },
  currency: string,
): string {
  const previous = previousOf(data, type);
  if (previous === undefined) return '';
  const now =
    'budget' in data && isRecord(data['budget'])
      ? data['budget']
      : isRecord(data['flight'])
        ? data['flight']
        : data;
  const names = [...new Set([...Object.keys(previous), ...keysOf(now, previous)])];
  return names
    .filter((name) => JSON.stringify(previous[name]) !== JSON.stringify(now[name]))
    .map(
      (name) =>
        `${nameOf(name)}${textOf(name, previous[name], currency)} → ${textOf(name, now[name], currency)}`,
    )
    .join('; ');
}

/** An advertiser's budget has its currency beside it, and nothing before the first. */
function previousOf(
  { previous }: HistoryItem['data'],
  type: string | undefined,
): Readonly<Record<string, unknown>> | undefined {
  if (!isRecord(previous)) return type === 'AdvertiserBudgetChanged' ? {} : undefined;
  return isRecord(previous['budget']) ? previous['budget'] : previous;
}

/** Of a change that carries the whole, only what the old has too. */
function keysOf(
  now: Readonly<Record<string, unknown>>,
  previous: Readonly<Record<string, unknown>>,
): readonly string[] {
  return Object.keys(now).filter((name) => name in previous || /Micros$/u.test(name));
}

const NAMES: Readonly<Record<string, string>> = { dailyMicros: 'a day ', lifetimeMicros: 'in all ' };

function nameOf(name: string): string {
  return NAMES[name] ?? `${name} `;
}

function textOf(name: string, value: unknown, currency: string): string {
  if (value === undefined || value === null) return 'none';
  if (typeof value === 'number' && name.endsWith('Micros')) return `${inputMoney(value)} ${currency}`;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
