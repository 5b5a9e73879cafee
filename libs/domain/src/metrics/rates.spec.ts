import { describe, expect, it } from '@jest/globals';
import { EMPTY_COUNTERS } from '../figures/counters.js';
import { total } from '../money/money.js';
import { ratesOf } from './rates.js';

describe('rates', () => {
  it('divide what domain.md §4 says', () =>
    expect(
      ratesOf({
        ...EMPTY_COUNTERS,
        ...{ impressions: 2000, views: 1000, clicks: 20, conversions: 4 },
        net: total(3_000_000, 500),
        attributedValue: total(9_000_001, 500),
      }),
    ).toEqual({
      ctr: 0.01,
      cvr: 0.2,
      viewability: 0.5,
      cpc: 150_000.025,
      cpa: 750_000.125,
      ecpm: 1_500_000.25,
      vcpm: 3_000_000.5,
      roas: 3,
    }));

  it('are null where the denominator is 0', () =>
    expect(Object.values(ratesOf(EMPTY_COUNTERS))).toEqual([null, null, null, null, null, null, null, null]));
});
