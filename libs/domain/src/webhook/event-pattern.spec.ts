import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { parseCidr } from './cidr.js';
import { compilePattern, PATTERN_DEPTH_MAX } from './event-pattern.js';
import { BadPattern } from './matchers.js';
import { compileWildcard } from './wildcard.js';

const EVENT = {
  source: 'flightdeck.rules',
  'detail-type': 'PauseCampaign',
  resources: ['campaign/c1'],
  detail: {
    ...{ campaignId: 'Spring-1', severity: 'critical', sequence: 7, note: '', nothing: null, live: true },
    facts: { 'utilization.today': 0.92 },
    address: '10.1.2.3',
    tags: ['eu', 'video'],
    none: [],
    caps: [
      { kind: 'daily', micros: 5 },
      { kind: 'lifetime', micros: 900 },
    ],
  },
};
const fits = (detail: unknown): boolean => compilePattern({ detail })(EVENT);

describe('an event pattern', () => {
  it.each([
    ['a scalar', { severity: ['critical'] }, true],
    ['one of several', { severity: ['info', 'critical'] }, true],
    ['none of several', { severity: ['info', 'warning'] }, false],
    ['every field', { severity: ['critical'], sequence: [8] }, false],
    ['a number is no text', { sequence: ['7'] }, false],
    ['null', { nothing: [null] }, true],
    ['the empty text', { note: [''] }, true],
    ['a boolean', { live: [true] }, true],
    ['an element of an array', { tags: ['video'] }, true],
    ['prefix', { campaignId: [{ prefix: 'Spring' }] }, true],
    ['prefix, whatever the case', { campaignId: [{ prefix: { 'equals-ignore-case': 'sPRING' } }] }, true],
    ['suffix', { campaignId: [{ suffix: '-1' }] }, true],
    ['suffix that is not there', { campaignId: [{ suffix: '-2' }] }, false],
    ['equals-ignore-case', { campaignId: [{ 'equals-ignore-case': 'SPRING-1' }] }, true],
    ['wildcard', { campaignId: [{ wildcard: 'S*g-*' }] }, true],
    ['wildcard to the end', { campaignId: [{ wildcard: 'S*g' }] }, false],
    ['anything-but', { severity: [{ 'anything-but': 'info' }] }, true],
    ['anything-but several', { severity: [{ 'anything-but': ['info', 'critical'] }] }, false],
    ['anything-but a number', { sequence: [{ 'anything-but': [7] }] }, false],
    ['anything-but a prefix', { campaignId: [{ 'anything-but': { prefix: 'Spr' } }] }, false],
    ['anything-but wildcards', { campaignId: [{ 'anything-but': { wildcard: ['*x', '*y'] } }] }, true],
    ['anything-but of what is absent', { ghost: [{ 'anything-but': 'x' }] }, false],
    ['numeric', { facts: { 'utilization.today': [{ numeric: ['>=', 0.9] }] } }, true],
    ['a range of numbers', { sequence: [{ numeric: ['>', 0, '<=', 6] }] }, false],
    ['numeric of a text', { severity: [{ numeric: ['>', 0] }] }, false],
    ['exists', { severity: [{ exists: true }] }, true],
    ['exists of an object', { facts: [{ exists: true }] }, false],
    ['absent', { ghost: [{ exists: false }] }, true],
    ['absent below what is absent', { ghost: { deep: [{ exists: false }] } }, true],
    ['not absent', { severity: [{ exists: false }] }, false],
    ['an empty array is absent', { none: [{ exists: false }] }, true],
    ['absent or a value', { severity: [{ exists: false }, 'critical'] }, true],
    ['cidr', { address: [{ cidr: '10.1.0.0/16' }] }, true],
    ['another cidr', { address: [{ cidr: '10.2.0.0/16' }] }, false],
    ['fields of one element', { caps: { kind: ['daily'], micros: [5] } }, true],
    ['fields of two elements', { caps: { kind: ['daily'], micros: [900] } }, false],
    ['absent from every element', { caps: { ghost: [{ exists: false }] } }, true],
    ['absent from one element only', { caps: { kind: [{ exists: false }] } }, false],
    ['$or', { $or: [{ severity: ['info'] }, { sequence: [7] }] }, true],
    ['$or beside a field', { $or: [{ severity: ['info'] }, { sequence: [7] }], live: [false] }, false],
    ['a prototype', { constructor: { name: [{ exists: true }] } }, false],
  ])('%s', (_, detail, expected) => expect(fits(detail)).toBe(expected));

  it.each<[string, unknown, string]>([
    ['a scalar for an array', { detail: { a: 'x' } }, '/detail/a'],
    ['nothing', {}, ''],
    ['no matcher', { a: [] }, '/a'],
    ['an unknown matcher', { a: ['x', { regex: '.*' }] }, '/a/1/regex'],
    ['two matchers in one', { a: [{ prefix: 'a', suffix: 'b' }] }, '/a/0'],
    ['two stars', { a: [{ wildcard: 'a**b' }] }, '/a/0/wildcard'],
    ['a range without a lower bound', { a: [{ numeric: ['<', 5, '>', 1] }] }, '/a/0/numeric'],
    ['an operator of a prototype', { a: [{ numeric: ['toString', 5] }] }, '/a/0/numeric/0'],
    ['a choice of one', { $or: [{ a: [1] }] }, '/$or'],
    ['no network', { a: [{ cidr: '10.0.0.0/33' }] }, '/a/0/cidr'],
    ['a name with a slash', { 'a/b': 1 }, '/a~1b'],
  ])('refuses %s and says where', (_, pattern, pointer) => {
    expect(() => compilePattern(pattern)).toThrow(BadPattern);
    try {
      compilePattern(pattern);
    } catch (error) {
      expect((error as BadPattern).pointer).toBe(pointer);
    }
  });

  it('refuses what is too deep, too long or too manifold', () => {
    let deep: unknown = [1];
    for (let depth = 0; depth <= PATTERN_DEPTH_MAX; depth += 1) deep = { a: deep };
    expect(() => compilePattern(deep)).toThrow('nested deeper');
    expect(() => compilePattern({ a: Array.from({ length: 301 }, (__, index) => index) })).toThrow(
      'at most 300',
    );
    const choice = Array.from({ length: 11 }, (__, index) => ({ b: [index] }));
    expect(() => compilePattern({ x: { $or: choice }, y: { $or: choice }, z: { $or: choice } })).toThrow(
      'ways',
    );
  });
});

describe('wildcards', () => {
  it('say what a regular expression says, and never more slowly than the text is long', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 12 });
    fc.assert(
      fc.property(
        letters,
        fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 16 }),
        (wildcard, value) => {
          const compiled = compileWildcard(wildcard);
          const expression = new RegExp(`^${wildcard.replaceAll('*', '.*')}$`);
          const expected = wildcard.includes('**') ? undefined : expression.test(value);
          expect(compiled?.(value)).toBe(expected);
        },
      ),
      { numRuns: 2_000 },
    );
  });
  it('take an escaped star as it is', () => expect(compileWildcard('a\\*b')?.('a*b')).toBe(true));
});

describe('ranges of addresses', () => {
  it.each([
    ['10.0.0.0/8', '10.255.0.1', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['0.0.0.0/0', '1.2.3.4', true],
    ['192.168.1.7', '192.168.1.7', true],
    ['2001:db8::/32', '2001:db8:0:1::ff', true],
    ['::ffff:0:0/96', '::ffff:127.0.0.1', true],
    ['::1/128', '::1', true],
    ['fe80::/10', '2001::1', false],
    ['::/0', '10.0.0.1', false],
  ])('%s and %s', (range, address, expected) => expect(parseCidr(range)?.holds(address)).toBe(expected));
  it.each(['10.0.0/8', '010.0.0.1', '1.2.3.4/33', '1::2::3', '::/129', 'x', '1.2.3.4/8/8', ':::', '12345::'])(
    'not %s',
    (text) => expect(parseCidr(text)).toBeUndefined(),
  );
});

/** See tools/event-ruler. */
const JUDGED = readFileSync(new URL('event-ruler.golden.ndjson', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as { pattern: unknown; event: unknown; fits: boolean });

describe('beside the matcher of EventBridge itself', () => {
  const differing = (fits: (pattern: unknown, event: unknown) => boolean) =>
    JUDGED.filter((judged) => fits(judged.pattern, judged.event) !== judged.fits);

  it('says the same of 1,000 random patterns and events', () => {
    expect(JUDGED).toHaveLength(1_000);
    expect(differing((pattern, event) => compilePattern(pattern)(event))).toEqual([]);
  });

  it('would be seen to differ when a field of an array of objects could fit in two elements', () => {
    const planted = (pattern: unknown, event: unknown) => compilePattern(pattern)(merged(event));
    expect(differing(planted)).not.toEqual([]);
  });

  it('refuses a field that stands inside $or and beside it: EventBridge heeds only one of the two', () => {
    const pattern = { detail: { a: [1], $or: [{ a: [2] }, { b: [3] }] } };
    expect(() => compilePattern(pattern)).toThrow(
      new BadPattern('/detail/$or', 'names detail.a, as does the pattern beside it: name it in one of them'),
    );
  });
});

/** Each array of objects as one object with the fields of all. */
function merged(value: unknown): unknown {
  if (Array.isArray(value)) {
    const elements: readonly unknown[] = value;
    const isObject = (one: unknown) => typeof one === 'object' && one !== null && !Array.isArray(one);
    return elements.length > 1 && elements.every(isObject)
      ? merged(Object.assign({}, ...elements))
      : elements.map(merged);
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, merged(inner)]));
}
