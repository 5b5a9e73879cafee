import {
  compile,
  conditionResults,
  factsUsed,
  OPERATORS,
  recordedFacts,
  type Comparison,
  type Conditions,
  type FactValue,
} from '@flightdeck/domain';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ruleEvaluator } from './evaluator.js';

type Facts = Readonly<Record<string, FactValue>>;

const NUMBERS = ['n.a', 'n.b', 'n.c'];
const TEXTS = ['s.a', 's.b'];
const LISTS = ['l.a'];

const number = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true, noDefaultInfinity: true }));
const text = fc.constantFrom('', 'x', 'y', '5');
const orNull = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: null, freq: 4 });

const facts: fc.Arbitrary<Facts> = fc.record({
  ...Object.fromEntries(NUMBERS.map((name) => [name, orNull(number)])),
  ...Object.fromEntries(TEXTS.map((name) => [name, orNull(text)])),
  ...Object.fromEntries(LISTS.map((name) => [name, orNull(fc.array(text, { maxLength: 3 }))])),
});

const reference = (names: readonly string[]) => fc.constantFrom(...names).map((fact) => ({ fact }));
const operators = (takes: string, type: 'number' | 'string' | 'strings') =>
  fc.constantFrom(
    ...[...OPERATORS]
      .filter(([, one]) => one.takes === takes && one.factTypes.includes(type))
      .map(([name]) => name),
  );

const comparison: fc.Arbitrary<Comparison> = fc.oneof(
  fc.record({
    fact: fc.constantFrom(...NUMBERS),
    operator: operators('one', 'number'),
    value: fc.oneof(number, reference(NUMBERS)),
  }),
  fc.record({
    fact: fc.constantFrom(...NUMBERS),
    operator: operators('several', 'number'),
    value: fc.array(number, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({
    fact: fc.constantFrom(...TEXTS),
    operator: operators('one', 'string'),
    value: fc.oneof(text, fc.constant(null), reference(TEXTS)),
  }),
  fc.record({
    fact: fc.constantFrom(...TEXTS),
    operator: operators('several', 'string'),
    value: fc.array(text, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({
    fact: fc.constantFrom(...LISTS),
    operator: operators('member', 'strings'),
    value: fc.oneof(text, reference(TEXTS)),
  }),
);

const { group } = fc.letrec<{ node: Conditions | Comparison; group: Conditions }>((tie) => ({
  node: fc.oneof({ depthSize: 'small', withCrossShrink: true }, comparison, tie('group')),
  group: fc.oneof(
    fc.record({ all: fc.array(tie('node'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('node'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ not: tie('node') }),
  ),
}));

type Matcher = (conditions: Conditions, facts: Facts) => boolean;

const disagreement = (matches: Matcher, numRuns: number) =>
  fc.check(
    fc.asyncProperty(group, facts, async (conditions, given) => {
      const { matched } = await ruleEvaluator({ ruleId: 'r', conditions }).evaluate(recordedFacts(given));
      return matched === matches(conditions, given);
    }),
    { numRuns, seed: 20261122 },
  );

describe('the compiled conditions', () => {
  it('say the same as json-rules-engine over random rules and facts, unknown ones and facts against facts included', async () => {
    const result = await disagreement(
      (conditions, given) => compile(conditions)(recordedFacts(given)),
      10_000,
    );
    expect(fc.defaultReportMessage(result)).toBeUndefined();
  });

  it('and so do the results that an explanation shows', async () => {
    const result = await disagreement(
      (conditions, given) => conditionResults(conditions, recordedFacts(given)).result,
      2_000,
    );
    expect(fc.defaultReportMessage(result)).toBeUndefined();
  });

  it('are caught when they differ: all taken for any', async () => {
    const swapped: Matcher = (conditions, given) =>
      compile('all' in conditions ? { any: conditions.all } : conditions)(recordedFacts(given));
    expect((await disagreement(swapped, 2_000)).failed).toBe(true);
  });

  it('are caught when they differ: coercing comparison', async () => {
    const coercing: Matcher = (conditions, given) =>
      compile(conditions)((name) => recordedFacts(given)(name) ?? 0);
    expect((await disagreement(coercing, 2_000)).failed).toBe(true);
  });
});

describe('the evaluator', () => {
  const conditions: Conditions = {
    all: [
      { fact: 'n.a', operator: 'greaterThan', value: { fact: 'n.b' } },
      { not: { fact: 's.a', operator: 'equal', value: 'x' } },
    ],
  };

  it('explains each condition with what it saw', async () => {
    const { matched, results } = await ruleEvaluator({ ruleId: 'r', conditions }).evaluate(
      recordedFacts({ 'n.a': 2, 'n.b': 1, 's.a': 'y' }),
    );
    expect(matched).toBe(true);
    expect(results).toMatchObject({
      all: [
        { fact: 'n.a', factResult: 2, valueResult: 1, result: true },
        { not: { fact: 's.a', factResult: 'y', result: false } },
      ],
    });
  });

  it('never finds anything greater than the unknown, though 1 > null in JavaScript', async () => {
    const evaluator = ruleEvaluator({
      ruleId: 'r',
      conditions: { all: [{ fact: 'n.a', operator: 'greaterThan', value: { fact: 'n.b' } }] },
    });
    expect((await evaluator.evaluate(recordedFacts({ 'n.a': 1, 'n.b': null }))).matched).toBe(false);
  });

  it('evaluates again without a trace of the time before, at once or one after another', async () => {
    const evaluator = ruleEvaluator({ ruleId: 'r', conditions });
    const seen = await Promise.all(
      [3, 0, 3].map((a) => evaluator.evaluate(recordedFacts({ 'n.a': a, 'n.b': 1, 's.a': 'y' }))),
    );
    expect(seen.map((one) => one.matched)).toEqual([true, false, true]);
    expect(seen[0]).toEqual(seen[2]);
  });

  it('reads own properties only', async () => {
    const evaluator = ruleEvaluator({
      ruleId: 'r',
      conditions: { all: [{ fact: 'constructor', operator: 'notEqual', value: null }] },
    });
    expect(evaluator.matches(recordedFacts({}))).toBe(false);
    expect((await evaluator.evaluate(recordedFacts({}))).matched).toBe(false);
  });

  it('lets the engine look up what a rule names, as the compiled conditions have it written out', async () => {
    const shared = {
      big: { revision: 0, conditions: { all: [{ fact: 'n.a', operator: 'greaterThan', value: 1 }] } },
    };
    const named = { ruleId: 'r', conditions: { any: [{ condition: 'big' }, { not: { condition: 'big' } }] } };
    const evaluator = ruleEvaluator({ ...named, shared });
    const only = ruleEvaluator({ ruleId: 'r', conditions: { all: [{ condition: 'big' }] }, shared });
    for (const a of [0, 2]) {
      const given = recordedFacts({ 'n.a': a });
      expect((await evaluator.evaluate(given)).matched).toBe(true);
      expect([(await only.evaluate(given)).matched, only.matches(given)]).toEqual([a > 1, a > 1]);
    }
  });

  it('knows every fact it looks at', () => {
    expect(factsUsed(conditions)).toEqual(['n.a', 'n.b', 's.a']);
  });
});
