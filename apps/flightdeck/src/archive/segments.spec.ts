import { describe, expect, it } from '@jest/globals';
import { isExpired, missing, segmentName, segmentsOf } from './segments.js';

const names = [
  { from: 0, to: 100 },
  { from: 100, to: 200 },
  { from: 200, to: 300 },
].map(segmentName);

describe('the segments of an archive', () => {
  it('are told by their names, whatever else lies there', () => {
    expect(segmentsOf(['notes.txt', ...[...names].reverse()]).map(({ to }) => to)).toEqual([100, 200, 300]);
    expect([...names].sort()).toEqual(names);
  });

  it('may be missing at the beginning, not in the middle', () => {
    expect(segmentsOf(names.slice(1))).toHaveLength(2);
    expect(() => segmentsOf([names[0] ?? '', names[2] ?? ''])).toThrow('nothing between 100 and 200');
  });

  it('go on where the last one ends, in whole ones', () => {
    expect(missing([], 250, 100)).toEqual([
      { from: 0, to: 100 },
      { from: 100, to: 200 },
    ]);
    expect(missing(segmentsOf(names), 450, 100)).toEqual([{ from: 300, to: 400 }]);
    expect(missing(segmentsOf(names), 399, 100)).toEqual([]);
  });

  it('are kept for as many days as are asked for', () => {
    const [now, day] = [Date.parse('2026-11-22T00:00:00Z'), 86_400_000];
    expect(isExpired(now - 30 * day - 1, now, 30)).toBe(true);
    expect(isExpired(now - 30 * day, now, 30)).toBe(false);
  });
});
