import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeJson, encodeJson } from './codec.js';

describe('the JSON codec', () => {
  it('gives back every JSON value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const expected = JSON.parse(JSON.stringify(value)) as unknown; // −0 is 0 in JSON
        expect(decodeJson(encodeJson(value))).toEqual(expected);
      }),
    );
  });

  it('reads a view that begins within its memory', () => {
    expect(decodeJson(encodeJson([' ', { é: '€' }]).subarray(5, -1))).toEqual({ é: '€' });
  });

  it('refuses what JSON cannot hold', () => {
    expect(() => encodeJson(undefined)).toThrow(TypeError);
    expect(() => encodeJson(1n)).toThrow(TypeError);
  });
});
