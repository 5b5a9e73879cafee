import { expect, it } from '@jest/globals';
import { sentencesOf } from './sentences';

const line = (fact: string, operator: string, value: unknown, factResult: unknown, result?: boolean) => ({
  ...{ fact, operator, value, factResult },
  ...(result === undefined ? {} : { result }),
});
const tree = {
  all: [
    line('utilization.today', 'greaterThanInclusive', 0.9, 0.953, true),
    { any: [line('spend.today', 'lessThan', { fact: 'budget.daily' }, 2_000, false)], result: false },
    line('campaign.tags', 'contains', 'test', ['live'], false),
    line('ctr.today', 'greaterThan', 1, 0.5),
  ],
  result: false,
};

it('says what was seen at each comparison that was looked at, and what it was held against', () => {
  expect(sentencesOf(tree)).toEqual([
    'utilization.today was 0.953, which is at least 0.9.',
    'spend.today was 2,000, which is not less than budget.daily.',
    'campaign.tags was live: it does not contain test.',
  ]);
});

it('says amounts as whoever knows the units says them', () => {
  const spent = { all: [line('spend.today', 'greaterThan', 5_000_000, 28_756_000, true)] };
  const say = (fact: string, value: unknown): string =>
    `${fact === 'spend.today' ? '£' : ''}${Number(value) / 1e6}`;
  expect(sentencesOf(spent, say)).toEqual(['spend.today was £28.756, which is more than £5.']);
});

it('would be seen to say the contrary (planted)', () => {
  const contrary = JSON.parse(JSON.stringify(tree).replaceAll('"result":true', '"result":false')) as unknown;
  expect(sentencesOf(contrary)).not.toEqual(sentencesOf(tree));
});
