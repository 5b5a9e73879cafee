import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { lineOf } from './pointer-lines';

const rule = {
  name: 'x',
  scope: { tags: ['a', 'b'] },
  conditions: {
    all: [
      { fact: 'a', operator: 'equal', value: 1 },
      { fact: 'b', operator: 'equal', value: [] },
    ],
  },
};
const lines = JSON.stringify(rule, undefined, 2).split('\n');

it.each([
  ['', '{'],
  ['/name', '"name"'],
  ['/scope/tags/1', '"b"'],
  ['/conditions/all/1/operator', '"operator": "equal"'],
  ['/conditions/all/1/missing', '{'],
])('finds the line of %j', (pointer, text) => {
  expect(lines[lineOf(rule, pointer) - 1]).toContain(text);
});

it('finds the line of every member, whatever stands before it', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/u), fc.jsonValue()), (made) => {
      const value = JSON.parse(JSON.stringify({ ...made, last: 'MARK' })) as object;
      const text = JSON.stringify(value, undefined, 2).split('\n');
      expect(text[lineOf(value, '/last') - 1]).toContain('"last": "MARK"');
    }),
  );
});

it('would notice that what stands before has lines too (planted)', () => {
  const naive = Object.keys(rule).indexOf('conditions') + 2;
  expect(naive).not.toBe(lineOf(rule, '/conditions'));
});
