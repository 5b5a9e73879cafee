import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isRolledOut, rolloutProblems } from './rollout.js';

const CAMPAIGNS = Array.from({ length: 10_000 }, (_, n) => `campaign-${n}`);
type Rolled = (ruleId: string, percent: number, campaignId: string) => boolean;
const rolled: Rolled = (ruleId, percent, campaignId) =>
  isRolledOut({ ruleId, rollout: { percent } }, campaignId, undefined);

/** The first thing that a share must be and is not, in words. */
function wrong(is: Rolled): string | undefined {
  for (const percent of [1, 10, 50, 99]) {
    const count = CAMPAIGNS.filter((id) => is('r1', percent, id)).length;
    if (Math.abs(count / 100 - percent) > 1.5) return `${count} of 10,000 at ${percent} %`;
  }
  const both = CAMPAIGNS.filter((id) => is('r1', 10, id) && is('r2', 10, id)).length;
  return both < 50 || both > 200 ? `${both} of 10,000 are the first of two rules` : undefined;
}

describe('a roll-out to a share', () => {
  it('is of that share, and different rules begin with different campaigns', () =>
    expect(wrong(rolled)).toBeUndefined());

  it('takes nobody out when it grows, and comes to everybody', () =>
    fc.assert(
      fc.property(
        fc.string(),
        fc.string(),
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 1, max: 100 }),
        (ruleId, campaignId, a, b) => {
          const [less, more] = [Math.min(a, b), Math.max(a, b)];
          expect(!rolled(ruleId, less, campaignId) || rolled(ruleId, more, campaignId)).toBe(true);
          expect(rolled(ruleId, 100, campaignId)).toBe(true);
        },
      ),
    ));

  it.each<[string, Rolled]>([
    [
      'every rule begins with the same campaigns',
      (_, percent, campaignId) => rolled('', percent, campaignId),
    ],
    [
      'names that end alike are together',
      (_, percent, id) => (id.charCodeAt(id.length - 1) % 10) * 10 < percent,
    ],
  ])('is caught when %s (planted)', (_, planted) => expect(wrong(planted)).toBeDefined());
});

describe('a roll-out to tags', () => {
  const to = (tags: readonly string[] | undefined) =>
    isRolledOut({ ruleId: 'r1', rollout: { tags: ['pilot', 'test'] } }, 'c1', tags);
  it('is to campaigns with any of them, and to none that nobody registered', () => {
    expect([to(['spring', 'test']), to(['spring']), to([]), to(undefined)]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
  it('is to everybody where there is none', () =>
    expect(isRolledOut({ ruleId: 'r1' }, 'c1', undefined)).toBe(true));
});

describe('what is written of it', () => {
  it.each<[unknown, string | undefined]>([
    [undefined, undefined],
    [{ percent: 0.01 }, undefined],
    [{ percent: 100 }, undefined],
    [{ tags: ['a'] }, undefined],
    [{ percent: 0 }, '/rollout/percent'],
    [{ percent: 101 }, '/rollout/percent'],
    [{ percent: '10' }, '/rollout/percent'],
    [{ percent: NaN }, '/rollout/percent'],
    [{ tags: [] }, '/rollout/tags'],
    [{ tags: [1] }, '/rollout/tags'],
    [{ tags: ['a'], percent: 10 }, '/rollout'],
    [{}, '/rollout'],
    ['10 %', '/rollout'],
  ])('of %j is told at %s', (rollout, pointer) =>
    expect(rolloutProblems(rollout).map((problem) => problem.pointer)).toEqual(
      pointer === undefined ? [] : [pointer],
    ),
  );
});
