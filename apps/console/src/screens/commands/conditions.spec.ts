import { describe, expect, it } from '@jest/globals';
import { commandsSearch } from './search';
import { judgedLines, plainly } from './conditions';

describe('a judged condition tree', () => {
  const tree = {
    all: [
      {
        fact: 'utilization.today',
        operator: 'greaterThanInclusive',
        value: 0.9,
        factResult: 0.95,
        result: true,
      },
      { any: [{ fact: 'a', operator: 'lessThan', value: { fact: 'b' }, result: false }], result: false },
      { not: { fact: 'campaign.tags', operator: 'contains', value: 'test' } },
    ],
    result: false,
  };

  it('is read line by line, with what was seen, and what was not looked at', () => {
    expect(judgedLines(tree).map(({ comparison: _, ...line }) => line)).toEqual([
      { depth: 0, text: 'All of', saw: undefined, result: false },
      { depth: 1, text: 'utilization.today ≥ 0.9', saw: 0.95, result: true },
      { depth: 1, text: 'Any of', saw: undefined, result: false },
      { depth: 2, text: 'a < b', saw: undefined, result: false },
      { depth: 1, text: 'Not', saw: undefined, result: undefined },
      { depth: 2, text: 'campaign.tags contains "test"', saw: undefined, result: undefined },
    ]);
  });

  it('would be seen to forget what is nested (planted)', () => {
    const shallow = (conditions: { all: readonly unknown[] }) => conditions.all.length + 1;
    expect(shallow(tree)).not.toBe(judgedLines(tree).length);
  });
});

describe('a value', () => {
  it('is told in words, short of digits that nobody reads', () => {
    expect(plainly(2.3183445444790642)).toBe('2.3183');
    expect(plainly(30_768_100)).toBe('30,768,100');
    expect(plainly('active')).toBe('active');
    expect(plainly([])).toBe('none');
    expect(plainly({ period: '2026-11-25', firedBefore: false, lastFiredAt: null })).toBe(
      'period 2026-11-25, fired before no, last fired at none',
    );
    expect(plainly({ 'impressions.today': 27_971 })).toBe('impressions.today 27,971');
  });
});

describe('the address of the list', () => {
  it('keeps what it knows and drops what it does not', () => {
    expect(commandsSearch({ state: 'failed', campaignId: 'c1', x: 1 })).toEqual({
      state: 'failed',
      campaignId: 'c1',
    });
    expect(commandsSearch({ state: 'lost', campaignId: 7 })).toEqual({});
  });
});
