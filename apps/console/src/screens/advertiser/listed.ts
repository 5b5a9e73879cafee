import type { Advertiser } from '../../api/generated/types.gen';
import { matchesAll } from '../../format/search';

/** Rows that a table without windows draws quickly. */
export const SHOWN_MAX = 200;

/** Those that are looked for, the one nearest its cap first; those without a cap by their campaigns, then by name. */
export function listed(all: readonly Advertiser[], wanted: string): readonly Advertiser[] {
  return all
    .filter(
      ({ advertiserId, currency }) =>
        wanted === '' || matchesAll(`${advertiserId} ${currency ?? ''}`, wanted),
    )
    .sort(
      (one, other) =>
        usedOf(other) - usedOf(one) ||
        other.campaigns - one.campaigns ||
        one.advertiserId.localeCompare(other.advertiserId),
    );
}

/** The larger share of its two caps that is spent; -1 without one. */
export function usedOf({ budget, spend }: Pick<Advertiser, 'budget' | 'spend'>): number {
  if (budget === null || spend === null) return -1;
  const { dailyMicros, lifetimeMicros } = budget;
  return Math.max(
    dailyMicros === undefined ? -1 : spend.todayMicros / dailyMicros,
    lifetimeMicros === undefined ? -1 : spend.lifetimeMicros / lifetimeMicros,
  );
}
