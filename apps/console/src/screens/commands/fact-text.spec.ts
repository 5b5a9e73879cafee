import { describe, expect, it } from '@jest/globals';
import { factText } from './fact-text';

describe('a fact as it is read', () => {
  it.each([
    [28_782_000, 'micros', '28.782 GBP'],
    [-650_000, 'micros', '-0.65 GBP'],
    [0, 'micros', '0 GBP'],
    [0.7675, 'ratio', '0.7675 (76.8 %)'],
    [1.6, 'ratio', '1.6'],
    [5_535, null, '5,535'],
    ['active', null, 'active'],
    [null, 'micros', 'none'],
  ])('%s in %s is %s', (value, unit, text) => {
    expect(factText(value, unit, 'GBP')).toBe(text);
  });

  it('would be seen to take micros for units (planted)', () => {
    expect(factText(1_000_000, 'micros', undefined)).toBe('1');
  });
});
