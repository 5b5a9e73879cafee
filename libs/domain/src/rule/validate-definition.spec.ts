import { describe, expect, it } from '@jest/globals';
import { FACTS } from '../facts/catalog.js';
import type { FactCatalog } from './validate-conditions.js';
import { PROBLEMS_MAX, validateDefinition, type UncheckedDefinition } from './validate-definition.js';

const facts: FactCatalog = new Map([
  ['spend.today', { type: 'number' }],
  ['budget.daily', { type: 'number' }],
  ['campaign.status', { type: 'string' }],
  ['campaign.tags', { type: 'strings' }],
  ['pacing.overspend', { type: 'boolean' }],
]);

const comparison = { fact: 'spend.today', operator: 'greaterThan', value: 5 };
const definition: UncheckedDefinition = {
  scope: { all: true },
  conditions: { all: [comparison] },
  action: { command: 'PauseCampaign', params: {} },
  guards: {},
  priority: 100,
};
const problems = (change: Partial<UncheckedDefinition>) =>
  validateDefinition({ ...definition, ...change }, facts);
const pointers = (change: Partial<UncheckedDefinition>) => problems(change).map((problem) => problem.pointer);
const ofComparison = (change: object) => problems({ conditions: { all: [{ ...comparison, ...change }] } });

describe('a definition', () => {
  it('is right', () => {
    expect(problems({})).toEqual([]);
  });
  it('is right with every operator and type', () => {
    const all = [
      { fact: 'spend.today', operator: 'lessThan', value: { fact: 'budget.daily' } },
      { fact: 'spend.today', operator: 'in', value: [1, 2] },
      { fact: 'budget.daily', operator: 'equal', value: null },
      { fact: 'campaign.status', operator: 'notIn', value: ['paused'] },
      { fact: 'campaign.tags', operator: 'contains', value: 'a' },
      { fact: 'campaign.tags', operator: 'doesNotContain', value: { fact: 'campaign.status' } },
      { not: { any: [{ fact: 'pacing.overspend', operator: 'equal', value: true }] } },
    ];
    expect(problems({ conditions: { all } })).toEqual([]);
  });
  it('is right over the catalog', () => {
    const catalog: FactCatalog = new Map(FACTS.map((fact) => [fact.name, fact]));
    const conditions = { all: [{ fact: 'utilization.today', operator: 'greaterThanInclusive', value: 0.9 }] };
    expect(validateDefinition({ ...definition, conditions }, catalog)).toEqual([]);
  });
});

describe('conditions', () => {
  it('are told of at their place, with what would be right', () => {
    const all = [comparison, comparison, { ...comparison, value: '5' }];
    expect(problems({ conditions: { all } })).toEqual([
      {
        pointer: '/conditions/all/2/value',
        message:
          'must be a number, not a text: leave the quotes out, or {"fact": …} naming another fact that is a number',
      },
    ]);
  });

  const wrong: readonly (readonly [string, object, string])[] = [
    ['a fact nobody knows', { fact: 'spend.tomorrow' }, 'fact'],
    ['a fact of the prototype', { fact: 'constructor' }, 'fact'],
    ['an operator nobody knows', { operator: 'matches' }, 'operator'],
    ['an operator decorator', { operator: 'not:greaterThan' }, 'operator'],
    ['an operator for another type', { fact: 'campaign.status', operator: 'lessThan' }, 'operator'],
    ['a path', { path: '$..x' }, 'path'],
    ['params', { params: {} }, 'params'],
    ['infinity', { value: Infinity }, 'value'],
    ['NaN', { value: NaN }, 'value'],
    ['true for a number', { value: true }, 'value'],
    ['null for a size', { value: null }, 'value'],
    ['a list for one value', { value: [1] }, 'value'],
    ['one value for a list', { operator: 'in', value: 1 }, 'value'],
    ['an empty list', { operator: 'in', value: [] }, 'value'],
    ['a list of mixed types', { operator: 'in', value: [1, '1'] }, 'value'],
    ['a reference to nothing', { value: { fact: 'spend.tomorrow' } }, 'value'],
    ['a reference to another type', { value: { fact: 'campaign.status' } }, 'value'],
    ['a reference with a path', { value: { fact: 'budget.daily', path: '$' } }, 'value'],
    [
      'a reference of the prototype',
      { value: JSON.parse('{"__proto__": {"fact": "budget.daily"}}') as unknown },
      'value',
    ],
  ];
  it.each(wrong)('refuse %s', (_what, change, key) => {
    expect(ofComparison(change).map((problem) => problem.pointer)).toEqual([`/conditions/all/0/${key}`]);
  });

  it('hint at facts of the same group', () => {
    expect(ofComparison({ fact: 'spend.tomorrow' })[0]?.message).toContain('spend.today');
  });
  it.each([
    [{ fact: 'spend.todya' }, 'fact', 'spend.today'],
    [{ fact: 'SPEND.TODAY' }, 'fact', 'spend.today'],
    [{ value: { fact: 'budget.dayly' } }, 'value', 'budget.daily'],
    [{ operator: '>=' }, 'operator', 'greaterThanInclusive'],
    [{ operator: 'lessthan' }, 'operator', 'lessThan'],
  ])('say what was probably meant by %j', (change, key, meant) => {
    const [problem] = ofComparison(change);
    expect(problem?.pointer).toBe(`/conditions/all/0/${key}`);
    expect(problem?.message.endsWith(`; did you mean ${meant}?`)).toBe(true);
  });
  it('guess nothing where nothing is near', () => {
    for (const fact of ['weather', 'x'.repeat(100_000), '', '__proto__'])
      expect(ofComparison({ fact })[0]?.message).toBe('must be a fact of the catalog');
  });
  it('have one root group and no empty or mixed group', () => {
    expect(pointers({ conditions: comparison })).toEqual(['/conditions']);
    expect(pointers({ conditions: null })).toEqual(['/conditions']);
    expect(pointers({ conditions: { all: [] } })).toEqual(['/conditions/all']);
    expect(pointers({ conditions: { all: [comparison], any: [comparison] } })).toEqual(['/conditions/any']);
    expect(pointers({ conditions: { not: [comparison] } })).toEqual(['/conditions/not']);
  });
  it('are at most eight deep', () => {
    const nested = (depth: number): object => (depth === 1 ? comparison : { not: nested(depth - 1) });
    expect(pointers({ conditions: nested(8) })).toEqual([]);
    expect(pointers({ conditions: nested(9) })).toHaveLength(1);
    expect(pointers({ conditions: nested(5_000) })).toHaveLength(1);
  });
  it('are at most 64', () => {
    const all = (count: number) => ({ all: Array.from({ length: count }, () => comparison) });
    expect(pointers({ conditions: all(63) })).toEqual([]);
    expect(pointers({ conditions: all(64) })).toEqual(['/conditions/all/63']);
    expect(pointers({ conditions: all(100_000) })).toHaveLength(1);
  });
  it('are told of a bounded number of times', () => {
    const all = Array.from({ length: 60 }, () => ({ ...comparison, value: '5' }));
    expect(problems({ conditions: { all } })).toHaveLength(PROBLEMS_MAX);
  });
});

describe('scope, action, guards and priority', () => {
  const wrong: readonly (readonly [string, Partial<UncheckedDefinition>])[] = [
    ['/scope', { scope: {} }],
    ['/scope', { scope: { all: true, tags: ['a'] } }],
    ['/scope/all', { scope: { all: false } }],
    ['/scope/campaignIds', { scope: { campaignIds: [] } }],
    ['/scope/tags', { scope: { tags: [1] } }],
    ['/action/command', { action: { command: 'DeleteCampaign', params: {} } }],
    ['/action/command', { action: { command: 'constructor', params: {} } }],
    ['/action/params', { action: { command: 'PauseCampaign', params: { now: true } } }],
    ['/action/params', { action: { command: 'AdjustDailyBudget', params: {} } }],
    ['/action/params', { action: { command: 'AdjustDailyBudget', params: { factor: 2, dailyMicros: 1 } } }],
    [
      '/action/params/dailyMicros',
      { action: { command: 'AdjustDailyBudget', params: { dailyMicros: '5' } } },
    ],
    ['/action/params/factor', { action: { command: 'AdjustBid', params: { factor: 100 } } }],
    ['/action/params/factor', { action: { command: 'AdjustBid', params: {} } }],
    ['/action/params/message', { action: { command: 'NotifyOwner', params: { message: 1 } } }],
    ['/guards/maxPerDay', { guards: { maxPerDay: 0 } }],
    ['/guards/cooldownMinutes', { guards: { cooldownMinutes: 0.5 } }],
    ['/guards/cooldownMinutes', { guards: { fireOncePer: 'none' } }],
    ['/guards/fireOncePer', { guards: { fireOncePer: 'hour' } }],
    ['/guards/evenWhenNotServing', { guards: { evenWhenNotServing: 'yes' } }],
    ['/guards/a~1b', { guards: { 'a/b': 1 } }],
    ['/priority', { priority: 0 }],
    ['/priority', { priority: 1.5 }],
  ];
  it.each(wrong)('are told of at %s: %j', (pointer, change) => {
    expect(pointers(change)).toEqual([pointer]);
  });
  it('are right in each of their forms', () => {
    expect(
      problems({
        scope: { campaignIds: ['c1'] },
        action: { command: 'AdjustDailyBudget', params: { factor: 0.5 } },
      }),
    ).toEqual([]);
    expect(
      problems({ scope: { tags: ['a'] }, action: { command: 'NotifyOwner', params: { message: 'Hi' } } }),
    ).toEqual([]);
    expect(
      problems({
        scope: { advertiserId: 'a' },
        guards: { fireOncePer: 'none', cooldownMinutes: 1, maxPerDay: 3 },
      }),
    ).toEqual([]);
  });
});
