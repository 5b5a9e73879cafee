import { describe, expect, it } from '@jest/globals';
import { exchanged, shapeOf, textOf, valueOf } from './tree';

describe('the shape of a condition', () => {
  const leaf = { fact: 'utilization.today', operator: 'greaterThan', value: 0.9 };

  it('is a group, a negation or a comparison', () => {
    expect(shapeOf({ all: [leaf] })).toEqual({ kind: 'group', of: 'all', nodes: [leaf] });
    expect(shapeOf({ any: [] })).toEqual({ kind: 'group', of: 'any', nodes: [] });
    expect(shapeOf({ not: leaf })).toEqual({ kind: 'not', node: leaf });
    expect(shapeOf(leaf)).toEqual({ kind: 'comparison', comparison: leaf });
  });

  it('is left to the JSON view when the builder would lose a part of it', () => {
    for (const tree of [{ condition: 'busy' }, { ...leaf, path: '$.x' }, { all: [1] }, {}])
      expect(shapeOf(tree)).toEqual({ kind: 'other' });
  });
});

describe('a value', () => {
  it('has the type of its fact, never a number as text', () => {
    expect(valueOf(' 0.9 ', 'number')).toBe(0.9);
    expect(valueOf('true', 'boolean')).toBe(true);
    expect(valueOf('12', 'string')).toBe('12');
    expect(valueOf('["a", "b"]', 'string')).toEqual(['a', 'b']);
    expect(valueOf('{"fact": "spend.today"}', 'number')).toEqual({ fact: 'spend.today' });
  });

  it('stays what was typed when it is no number, so that the server can say so', () => {
    for (const text of ['', 'much', '1e999']) expect(valueOf(text, 'number')).toBe(text);
  });

  it('comes back as it was typed', () => {
    for (const value of [0.9, true, ['a'], { fact: 'x' }])
      expect(valueOf(textOf(value), 'number')).toEqual(value);
  });
});

it('exchanges one node and leaves the others', () => {
  const nodes = [{ a: 1 }, { b: 2 }];
  expect(exchanged(nodes, 1, { c: 3 })).toEqual([{ a: 1 }, { c: 3 }]);
  expect(exchanged(nodes, 0, undefined)).toEqual([{ b: 2 }]);
});
