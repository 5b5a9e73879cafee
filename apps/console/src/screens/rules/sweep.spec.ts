import { describe, expect, it } from '@jest/globals';
import { sweepOf } from './sweep';

describe('thresholds to compare', () => {
  const conditions = {
    all: [
      { fact: 'campaign.status', operator: 'equal', value: 'active' },
      { any: [{ not: { fact: 'utilization.today', operator: 'lessThan', value: 0.9 } }] },
    ],
  };

  it('take the place of the first number in the conditions', () => {
    expect(sweepOf(conditions, '0.8, 0.9 x')).toEqual({
      pointer: '/conditions/all/1/any/0/not/value',
      values: [0.8, 0.9],
    });
  });

  it('are none where nothing was typed or no number is compared', () => {
    expect(sweepOf(conditions, ' ')).toBeUndefined();
    expect(sweepOf({ all: [conditions.all[0] ?? {}] }, '1')).toBeUndefined();
  });
});
