import { describe, expect, it } from '@jest/globals';
import type { Level, Spent } from './levels';
import { effectOf, tightestSentence, treeWith } from './effect';
import { isSame, typedOf, wantedOf } from './wanted';

const SPENT: Spent = { todayMicros: 8_000_000, lifetimeMicros: 30_000_000 };

describe('what is typed', () => {
  it('is a budget, of which an empty cap is lifted', () => {
    const budget = { dailyMicros: 12_500_000, lifetimeMicros: 90_000_000 };
    expect(wantedOf(typedOf(budget))).toEqual(budget);
    expect(wantedOf({ dailyMicros: '1,200.5', lifetimeMicros: ' ' })).toEqual({ dailyMicros: 1_200_500_000 });
    expect(wantedOf({ dailyMicros: '12,x', lifetimeMicros: '' })).toBeUndefined();
    expect(wantedOf({ dailyMicros: '0', lifetimeMicros: '' })).toBeUndefined();
  });

  it('changes something or nothing', () => {
    expect(isSame({ dailyMicros: 1 }, { dailyMicros: 1 })).toBe(true);
    expect(isSame({ dailyMicros: 1 }, { dailyMicros: 1, lifetimeMicros: 2 })).toBe(false);
  });
});

describe('the effect of a budget', () => {
  it('says of each cap what it would leave', () => {
    expect(
      effectOf({ dailyMicros: 10_000_000 }, { dailyMicros: 5_000_000, lifetimeMicros: 60_000_000 }, SPENT),
    ).toEqual([
      { label: 'A day', now: 10_000_000, then: 5_000_000, leftMicros: -3_000_000, used: 1.6 },
      { label: 'In all', now: undefined, then: 60_000_000, leftMicros: 30_000_000, used: 0.5 },
    ]);
    expect(effectOf({}, { dailyMicros: 5 }, null)[0]).toMatchObject({ leftMicros: null, used: null });
  });

  it('is the other caps’ where it is lifted', () => {
    const level = {
      key: 'campaign',
      kind: 'campaign',
      budget: { dailyMicros: 10 },
      spend: SPENT,
    } as unknown as Level;
    expect(treeWith([level], 'campaign', {})[0]).toMatchObject({ budget: {}, leftMicros: null, used: null });
    expect(treeWith([level], 'another', {})[0]).toBe(level);
  });

  it('names the tightest cap, and whether it was that before', () => {
    const daily = { kind: 'campaign', cap: 'dailyMicros', leftMicros: 2_000_000 } as const;
    const advertiser = { kind: 'advertiser', cap: 'lifetimeMicros', leftMicros: -1 } as const;
    expect(tightestSentence(daily, { ...daily, leftMicros: 5_000_000 }, 'USD')).toBe(
      'The campaign’s daily cap stays the tightest: it leaves $5.00 to spend today.',
    );
    expect(tightestSentence(daily, advertiser, 'USD')).toBe(
      'The advertiser’s cap in all becomes the tightest: it leaves nothing to spend today.',
    );
    expect(tightestSentence(daily, undefined, 'USD')).toBe('Nothing caps the campaign any more.');
  });

  it('would be seen to promise room that is not there (planted)', () => {
    const none = tightestSentence(undefined, { kind: 'campaign', cap: 'dailyMicros', leftMicros: 0 }, 'USD');
    expect(none).not.toContain('$');
  });
});
