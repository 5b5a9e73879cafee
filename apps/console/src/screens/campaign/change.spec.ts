import { describe, expect, it } from '@jest/globals';
import { changeOf } from './change';

describe('what a change changed', () => {
  it('is told from the old to the new, and what stayed is not', () => {
    const data = {
      budget: { dailyMicros: 20_000_000, lifetimeMicros: 5_000_000 },
      previous: { dailyMicros: 10_000_000, lifetimeMicros: 5_000_000 },
    };
    expect(changeOf({ data }, 'USD')).toBe('a day 10 USD → 20 USD');
  });

  it('says what was lifted and what is new', () => {
    const lifted = { budget: { dailyMicros: 1_000_000 }, previous: { lifetimeMicros: 2_000_000 } };
    expect(changeOf({ data: lifted }, 'USD')).toBe('in all 2 USD → none; a day none → 1 USD');
    const named = { name: 'Autumn', tags: [], previous: { name: 'Spring', tags: [] }, actor: 'a' };
    expect(changeOf({ data: named }, 'USD')).toBe('name Spring → Autumn');
    expect(changeOf({ data: { effectiveAt: 'x' } }, 'USD')).toBe('');
  });

  it('would be seen to swap them (planted)', () => {
    const one = { budget: { dailyMicros: 1 }, previous: { dailyMicros: 2 } };
    const other = { budget: { dailyMicros: 2 }, previous: { dailyMicros: 1 } };
    expect(changeOf({ data: one }, 'USD')).not.toBe(changeOf({ data: other }, 'USD'));
  });

  it('is told of an advertiser’s budget from the first on', () => {
    const data = { currency: 'USD', budget: { dailyMicros: 5_000_000 } };
    expect(changeOf({ type: 'AdvertiserBudgetChanged', data }, 'USD')).toBe('a day none → 5 USD');
    const next = { currency: 'USD', budget: { lifetimeMicros: 9_000_000 }, previous: data };
    expect(changeOf({ type: 'AdvertiserBudgetChanged', data: next }, 'USD')).toBe(
      'a day 5 USD → none; in all none → 9 USD',
    );
  });
});
