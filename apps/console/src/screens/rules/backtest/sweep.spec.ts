import { describe, expect, it } from '@jest/globals';
import { readableName, sweepOf, thresholdsOf } from './sweep';

describe('thresholds to compare', () => {
  const conditions = {
    all: [
      { fact: 'campaign.status', operator: 'equal', value: 'active' },
      { any: [{ not: { fact: 'utilization.today', operator: 'lessThan', value: 0.9 } }] },
      { fact: 'pacing.index', operator: 'greaterThan', value: 1.2 },
    ],
  };
  const thresholds = thresholdsOf(conditions);

  it('are the numbers of the conditions, wherever they stand', () => {
    expect(thresholds.map(({ pointer, value }) => [pointer, value])).toEqual([
      ['/conditions/all/1/any/0/not/value', 0.9],
      ['/conditions/all/2/value', 1.2],
    ]);
  });

  it('take the place of the one that is chosen, else of the first', () => {
    const values = [0.8, 0.9];
    expect(sweepOf(thresholds, '/conditions/all/2/value', '0.8, 0.9 x')).toEqual({
      ...{ pointer: '/conditions/all/2/value', values },
    });
    expect(sweepOf(thresholds, undefined, '0.8 0.9')?.pointer).toBe('/conditions/all/1/any/0/not/value');
  });

  it('are none where nothing was typed or no number is compared', () => {
    expect(sweepOf(thresholds, undefined, ' ')).toBeUndefined();
    expect(sweepOf([], undefined, '1')).toBeUndefined();
  });

  it('name their variants by what they compare', () => {
    expect(readableName('/conditions/all/2/value = 1.1', thresholds)).toBe('pacing.index > 1.1');
    expect(readableName('/conditions/all/9/value = 1.1', thresholds)).toBe('/conditions/all/9/value = 1.1');
    expect(readableName('as it is', thresholds)).toBe('as it is');
  });

  it('would be seen to be of the top alone (planted)', () => {
    const top = conditions.all.filter((node) => 'value' in node && typeof node.value === 'number');
    expect(top).not.toHaveLength(thresholds.length);
  });
});
