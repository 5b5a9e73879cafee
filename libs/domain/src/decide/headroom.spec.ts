import { spent } from '@flightdeck/testing';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Campaign } from '../campaign/events.js';
import type { CampaignFigures } from '../figures/figures.js';
import type { Comparison, Conditions } from '../rule/rule.js';
import { compile } from './compile.js';
import { factSource, figuresWithoutEvents, type FactSource } from './fact-source.js';
import { headroomOf } from './headroom.js';

const SEED = 20261126;
const RUNS = 20_000;
const NOW_MS = Date.parse('2026-11-22T15:00:30Z');
const MICROS_MAX = 10_000_000;

/** What is counted of the campaign: net micros of the day and before it, and impressions. */
interface Counted {
  readonly todayMicros: number;
  readonly earlierMicros: number;
  readonly impressions: number;
}

interface Life {
  readonly conditions: Conditions;
  readonly budget: Campaign['budget'];
  readonly before: Counted;
  /** Part of the headroom that is spent, below 1; of what is endless, of {@link MICROS_MAX}. */
  readonly part: number;
  readonly impressions: number;
}

function factsOf(
  { todayMicros, earlierMicros, impressions }: Counted,
  budget: Campaign['budget'],
): FactSource {
  const terms: Campaign = {
    ...{ campaignId: 'c1', name: 'c1', advertiserId: 'a', currency: 'USD', timezone: 'UTC', tags: ['x'] },
    ...{ status: 'active', budget, registeredAt: '2026-11-01T00:00:00Z' },
    flight: { start: '2026-11-01T00:00:00Z', end: '2026-12-01T00:00:00Z' },
    pacing: { mode: 'even', tolerance: 0 },
  };
  const figures: CampaignFigures = {
    ...figuresWithoutEvents('c1', '2026-11-22', 'USD', { stream: 'ads-0', revision: 0 }),
    today: { ...spent(todayMicros), impressions },
    lifetime: { ...spent(todayMicros + earlierMicros), impressions },
  };
  return factSource({ terms, status: 'active', figures, advertiser: undefined, nowMs: NOW_MS });
}

const micros = fc.nat(MICROS_MAX);
const share = fc.double({ min: 0, max: 2, noNaN: true });
const operator = fc.constantFrom('greaterThan', 'greaterThanInclusive');
const leaf: fc.Arbitrary<Comparison> = fc.oneof(
  fc.record({ fact: fc.constantFrom('spend.today', 'spend.lifetime'), operator, value: micros }),
  fc.record({ fact: fc.constantFrom('utilization.today', 'utilization.lifetime'), operator, value: share }),
  fc.record({ fact: fc.constant('utilization.today'), operator: fc.constant('lessThan'), value: share }),
  fc.record({ fact: fc.constant('impressions.today'), operator, value: fc.nat(100) }),
  fc.record({
    ...{ fact: fc.constant('campaign.status'), operator: fc.constant('equal') },
    value: fc.constantFrom('active', 'paused'),
  }),
);
const { tree } = fc.letrec<{ tree: Conditions; node: Conditions | Comparison }>((tie) => ({
  node: fc.oneof({ maxDepth: 3 }, leaf, tie('tree')),
  tree: fc.oneof(
    fc.record({ all: fc.array(tie('node'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('node'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ not: tie('node') }),
  ),
}));
const counted = fc.record({ todayMicros: micros, earlierMicros: micros, impressions: fc.nat(100) });
const budget = fc.oneof(
  fc.record({ dailyMicros: fc.integer({ min: 1, max: MICROS_MAX }) }),
  fc.record({ lifetimeMicros: fc.integer({ min: 1, max: 3 * MICROS_MAX }) }),
  fc.record({
    dailyMicros: fc.integer({ min: 1, max: MICROS_MAX }),
    lifetimeMicros: fc.integer({ min: 1, max: 3 * MICROS_MAX }),
  }),
);
const life: fc.Arbitrary<Life> = fc.record({
  ...{ conditions: tree, budget, before: counted, impressions: fc.nat(100) },
  part: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
});

/** Less than the headroom is spent, and the conditions hold after all. */
function isBelied({ conditions, budget: own, before, part, impressions }: Life, of = headroomOf): boolean {
  const headroom = of(conditions)(factsOf(before, own), own);
  if (headroom === 0) return false;
  const added = Math.floor(part * Math.min(headroom, MICROS_MAX));
  const todayMicros = before.todayMicros + added;
  const after = { ...before, todayMicros, impressions: before.impressions + impressions };
  return compile(conditions)(factsOf(after, own));
}

const belied = (of?: typeof headroomOf): boolean =>
  fc.check(
    fc.property(life, (one) => !isBelied(one, of)),
    { seed: SEED, numRuns: RUNS },
  ).failed;

describe('the headroom of conditions', () => {
  it.each<[string, Conditions, number]>([
    [
      'a share of a budget',
      { all: [{ fact: 'utilization.today', operator: 'greaterThanInclusive', value: 0.9 }] },
      399_998,
    ],
    ['money', { all: [{ fact: 'spend.lifetime', operator: 'greaterThan', value: 700_000 }] }, 199_998],
    [
      'the later of all',
      {
        all: [
          { fact: 'spend.today', operator: 'greaterThan', value: 600_000 },
          { fact: 'spend.today', operator: 'greaterThan', value: 700_000 },
        ],
      },
      199_998,
    ],
    [
      'the sooner of any',
      {
        any: [
          { fact: 'spend.today', operator: 'greaterThan', value: 600_000 },
          { fact: 'spend.today', operator: 'greaterThan', value: 700_000 },
        ],
      },
      99_998,
    ],
    [
      'what no spend moves',
      { all: [{ fact: 'campaign.status', operator: 'equal', value: 'paused' }] },
      Infinity,
    ],
    [
      'what other counts move',
      { all: [{ fact: 'impressions.today', operator: 'greaterThan', value: 5 }] },
      0,
    ],
    ['what holds', { all: [{ fact: 'spend.today', operator: 'greaterThan', value: 400_000 }] }, 0],
  ])('is told of %s', (_, conditions, expected) => {
    const facts = factsOf(
      { todayMicros: 500_000, earlierMicros: 0, impressions: 0 },
      { dailyMicros: 1_000_000 },
    );
    const told = headroomOf(conditions)(facts, { dailyMicros: 1_000_000 });
    expect(Math.round(told)).toBe(expected);
  });

  it('is 0 where another cap bears on the day', () => {
    const facts = factsOf({ todayMicros: 1, earlierMicros: 0, impressions: 0 }, { dailyMicros: 1_000_000 });
    const conditions = { all: [{ fact: 'utilization.today', operator: 'greaterThan', value: 0.9 }] };
    expect(headroomOf(conditions)(facts, { dailyMicros: undefined })).toBe(0);
  });

  it('is never enough to make them hold, whatever else is counted', () => {
    expect(belied()).toBe(false);
  });

  it('would be belied if it were a little larger, or of any member', () => {
    expect(
      belied(
        (node) =>
          (...given) =>
            headroomOf(node)(...given) * 1.01,
      ),
    ).toBe(true);
    const ofAll = (node: Parameters<typeof headroomOf>[0]): ReturnType<typeof headroomOf> =>
      headroomOf('any' in node ? { all: node.any } : node);
    expect(belied(ofAll)).toBe(true);
  });
});
