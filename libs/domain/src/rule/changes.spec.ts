import { describe, expect, it } from '@jest/globals';
import { changesBetween } from './changes.js';

describe('what differs between two definitions', () => {
  it('is told place by place, with before and after', () => {
    const before = { name: 'a', conditions: { all: [{ value: 1 }, { value: 2 }] }, guards: { maxPerDay: 1 } };
    const after = { name: 'a', conditions: { all: [{ value: 1 }, { value: 3 }, { value: 4 }] }, guards: {} };
    expect(changesBetween(before, after)).toEqual([
      { pointer: '/conditions/all/1/value', before: 2, after: 3 },
      { pointer: '/conditions/all/2', after: { value: 4 } },
      { pointer: '/guards/maxPerDay', before: 1 },
    ]);
  });
  it('is nothing when only the order of keys does', () =>
    expect(changesBetween({ a: 1, b: { c: 2, d: 3 } }, { b: { d: 3, c: 2 }, a: 1 })).toEqual([]));
  it('is one change where kinds differ, and escapes what a pointer cannot say', () =>
    expect(changesBetween({ 'a/b': [1] }, { 'a/b': { x: 1 } })).toEqual([
      { pointer: '/a~1b', before: [1], after: { x: 1 } },
    ]));
});
