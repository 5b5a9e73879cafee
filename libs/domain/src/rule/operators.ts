import type { FactValue } from '../command/events.js';

/** What a fact is, apart from null (not known, or a rate whose denominator is 0). */
export type ValueType = 'number' | 'string' | 'boolean' | 'strings';

/**
 * One comparison. `test` is strict: it never coerces (in JavaScript `"5" > 1` and `1 > null` are true), so a comparison of
 * sizes with something unknown is false.
 */
export interface Operator {
  /** In a sentence: spend is … 5. */
  readonly words: string;
  readonly factTypes: readonly ValueType[];
  /** One value of the fact's own type, several of them, or one member of the fact's list. */
  readonly takes: 'one' | 'several' | 'member';
  readonly test: (fact: FactValue, value: unknown) => boolean;
}

const SCALARS = ['number', 'string', 'boolean'] as const;

function ordered(words: string, compare: (a: number, b: number) => boolean): Operator {
  const test = (a: FactValue, b: unknown) => typeof a === 'number' && typeof b === 'number' && compare(a, b);
  return { words, factTypes: ['number'], takes: 'one', test };
}

function includes(list: unknown, member: unknown): boolean {
  return Array.isArray(list) && list.includes(member);
}

/** Every operator that a rule may use, by json-rules-engine's names, which keep their meaning. */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['lessThan', ordered('less than', (a, b) => a < b)],
  ['lessThanInclusive', ordered('at most', (a, b) => a <= b)],
  ['greaterThan', ordered('more than', (a, b) => a > b)],
  ['greaterThanInclusive', ordered('at least', (a, b) => a >= b)],
  ['equal', { words: 'equal to', factTypes: SCALARS, takes: 'one', test: (a, b) => a === b }],
  ['notEqual', { words: 'other than', factTypes: SCALARS, takes: 'one', test: (a, b) => a !== b }],
  ['in', { words: 'one of', factTypes: SCALARS, takes: 'several', test: (a, b) => includes(b, a) }],
  [
    'notIn',
    {
      words: 'none of',
      factTypes: SCALARS,
      takes: 'several',
      test: (a, b) => Array.isArray(b) && !includes(b, a),
    },
  ],
  [
    'contains',
    { words: 'containing', factTypes: ['strings'], takes: 'member', test: (a, b) => includes(a, b) },
  ],
  [
    'doesNotContain',
    {
      words: 'not containing',
      factTypes: ['strings'],
      takes: 'member',
      test: (a, b) => Array.isArray(a) && !includes(a, b),
    },
  ],
]);
