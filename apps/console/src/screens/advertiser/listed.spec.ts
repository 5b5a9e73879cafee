import { describe, expect, it } from '@jest/globals';
import type { Advertiser } from '../../api/generated/types.gen';
import { listed, usedOf } from './listed';

function advertiser(advertiserId: string, more: Partial<Advertiser> = {}): Advertiser {
  const spend = { todayMicros: 5, todayNanos: 0, lifetimeMicros: 90, lifetimeNanos: 0 };
  return { advertiserId, currency: 'USD', budget: null, spend, campaigns: 1, ...more } as Advertiser;
}

describe('the list of advertisers', () => {
  const all = [
    advertiser('idle'),
    advertiser('busy', { campaigns: 9 }),
    advertiser('roomy', { budget: { dailyMicros: 50 } }),
    advertiser('spent', { budget: { dailyMicros: 50, lifetimeMicros: 90 }, currency: 'EUR' }),
  ];
  const ids = (wanted: string) => listed(all, wanted).map(({ advertiserId }) => advertiserId);

  it('begins with the one nearest its cap; those without one come last', () => {
    expect(ids('')).toEqual(['spent', 'roomy', 'busy', 'idle']);
  });

  it('finds by id and by currency', () => {
    expect(ids('eur')).toEqual(['spent']);
    expect(ids('nobody')).toEqual([]);
  });

  it('would be seen to look at the day alone (planted)', () => {
    expect(all.map(usedOf)).toEqual([-1, -1, 0.1, 1]);
  });
});
