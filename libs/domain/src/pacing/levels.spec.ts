import { describe, expect, it } from '@jest/globals';
import { sampleFigures, sampleTerms, spent } from '@flightdeck/testing';
import fc from 'fast-check';
import type { Budget, PacedTerms } from '../campaign/events.js';
import { OTHER_AD_GROUPS, type AdGroupFigures, type AdvertiserFigures } from '../figures/figures.js';
import { total } from '../money/money.js';
import { parseInstant } from '../time/instant.js';
import { dayBudget, type DayBudget } from './budget.js';
import { adGroupCaps, type Surroundings } from './levels.js';
import { isOverspent } from './overspend.js';
import { pacingOf } from './pacing.js';

const nowMs = parseInstant('2026-11-05T12:00:00Z') ?? NaN;

function advertiserOf(budget: Budget, today: number, lifetime = today, currency = 'USD'): AdvertiserFigures {
  return {
    ...{ advertiserId: 'adv1', currency, budget, today: total(today), lifetime: total(lifetime) },
    ...{ campaigns: 2, leftOut: 0 },
  };
}

function group(adGroupId: string, today: number, lifetime = today): AdGroupFigures {
  return { adGroupId, today: total(today), lifetime: total(lifetime), grossLifetime: total(lifetime) };
}

interface Case {
  readonly budget: Budget;
  readonly today: number;
  readonly before: number;
  /** What the advertiser's other campaigns spent today. */
  readonly others: number;
  readonly advertiser: Budget;
}

function around({ budget, today, before, others, advertiser }: Case): Surroundings {
  return {
    terms: sampleTerms({ budget }),
    figures: sampleFigures(nowMs, 'UTC', { today: spent(today), lifetime: spent(today + before) }),
    advertiser: advertiserOf(advertiser, today + others, today + before + others),
  };
}

/** What the tree leaves today, told without any of the code under test: the least of what each cap leaves. */
function leftByHand({ budget, today, before, others, advertiser }: Case): number | null {
  const caps = [
    budget.dailyMicros === undefined ? [] : [budget.dailyMicros - today],
    budget.lifetimeMicros === undefined ? [] : [budget.lifetimeMicros - today - before],
    advertiser.dailyMicros === undefined ? [] : [advertiser.dailyMicros - today - others],
    advertiser.lifetimeMicros === undefined ? [] : [advertiser.lifetimeMicros - today - before - others],
  ].flat();
  return caps.length === 0 ? null : Math.min(...caps);
}

const anyBudget = (): fc.Arbitrary<Budget> =>
  fc.record(
    { dailyMicros: fc.integer({ min: 1, max: 1000 }), lifetimeMicros: fc.integer({ min: 1, max: 5000 }) },
    { requiredKeys: [] },
  );
const anyCase = (): fc.Arbitrary<Case> => {
  const amount = fc.nat({ max: 1500 });
  return fc.record({
    budget: fc.tuple(fc.integer({ min: 1, max: 1000 }), anyBudget()).map(([dailyMicros, more]) => ({
      dailyMicros,
      ...(more.lifetimeMicros === undefined ? {} : { lifetimeMicros: more.lifetimeMicros }),
    })),
    ...{ today: amount, before: amount, others: amount, advertiser: anyBudget() },
  });
};

/** Holds a way to work the budget of a day out against the one by hand. */
function checkTightest(budgetOf: (situation: Surroundings) => DayBudget): void {
  fc.assert(
    fc.property(anyCase(), (one) => {
      const budget = budgetOf(around(one));
      expect(budget.remainingToday).toBe(leftByHand(one));
      expect(budget.effective).toBeLessThanOrEqual(one.budget.dailyMicros ?? Infinity);
      const more = budgetOf(around({ ...one, others: one.others + 1 }));
      expect(more.remainingToday).toBeLessThanOrEqual(budget.remainingToday ?? Infinity);
    }),
  );
}

describe('the budget tree', () => {
  it('leaves what the tightest cap leaves, and never more when siblings spend', () =>
    checkTightest(dayBudget));

  it('is caught when it forgets what siblings spend', () =>
    expect(() =>
      checkTightest(({ terms, figures, advertiser }) =>
        dayBudget({
          ...{ terms, figures },
          advertiser: advertiser && {
            ...advertiser,
            today: figures.today.net,
            lifetime: figures.lifetime.net,
          },
        }),
      ),
    ).toThrow('Property failed'));

  const shared: Case = {
    ...{ budget: { dailyMicros: 50 }, today: 10, before: 0, others: 80 },
    advertiser: { dailyMicros: 100 },
  };

  it('names the advertiser where its campaigns have spent nearly all: 100 shared, 90 spent, 10 of them here', () => {
    const view = pacingOf({ ...around(shared), status: 'active', nowMs });
    expect(view.cap).toEqual({ level: 'advertiser', todayMicros: 20 });
    expect(view.budget).toMatchObject({ todayMicros: 50, targetMicros: 20, remainingTodayMicros: 10 });
    expect(view.utilizationToday).toBe(0.5);
  });

  it('names the campaign where its own cap is the tighter, and of equals', () => {
    expect(dayBudget(around({ ...shared, others: 20 })).level).toBe('campaign');
    expect(dayBudget(around({ ...shared, others: 50 }))).toMatchObject({
      level: 'campaign',
      remainingToday: 40,
    });
  });

  it('is at its advertiser’s end once that has spent all, whoever spent it', () => {
    const view = pacingOf({ ...around({ ...shared, others: 95 }), status: 'active', nowMs });
    expect(view).toMatchObject({ utilizationToday: 1, overspend: true });
    expect(view.budget.remainingTodayMicros).toBe(-5);
  });

  it('is not held by a budget in another currency', () => {
    const others = { ...around(shared), advertiser: advertiserOf({ dailyMicros: 1 }, 90, 90, 'EUR') };
    expect(dayBudget(others)).toMatchObject({ level: 'campaign', remainingToday: 40 });
    expect(isOverspent(others)).toBe(false);
  });

  describe('with ad groups', () => {
    const terms: PacedTerms = {
      ...sampleTerms({ budget: { dailyMicros: 100 } }),
      adGroups: [
        { adGroupId: 'a', budget: { dailyMicros: 20 } },
        { adGroupId: 'b', budget: { dailyMicros: 30, lifetimeMicros: 40 } },
      ],
    };
    const figuresOf = (today: number, lifetime: number, ...adGroups: AdGroupFigures[]) =>
      sampleFigures(nowMs, 'UTC', { today: spent(today), lifetime: spent(lifetime), adGroups });

    it('is held by them while each that spends has a budget and nothing is spent outside', () => {
      const figures = figuresOf(20, 45, group('a', 15), group('b', 5, 30));
      expect(dayBudget({ terms, figures })).toMatchObject({
        ...{ level: 'adGroup', remainingToday: 5 + 10, effective: 35, today: 100 },
      });
    });

    it('counts nothing for one that has overspent', () => {
      const figures = figuresOf(60, 60, group('a', 55), group('b', 5));
      expect(dayBudget({ terms, figures })).toMatchObject({ level: 'adGroup', remainingToday: 25 });
      expect(isOverspent({ terms, figures })).toBe(true);
    });

    it.each([
      ['an ad group without a budget spends', figuresOf(20, 20, group('a', 15), group('c', 5))],
      ['something is spent outside of ad groups', figuresOf(20, 20, group('a', 15))],
      ['there are more than are told apart', figuresOf(20, 20, group('a', 15), group(OTHER_AD_GROUPS, 5))],
      ['nothing is known yet', figuresOf(0, 0)],
    ])('is not held by them when %s', (_, figures) =>
      expect(dayBudget({ terms, figures })).toMatchObject({ level: 'campaign', effective: 100 }),
    );

    it('tells for each which level leaves it the least, and when its spend is not told apart', () => {
      const figures = figuresOf(35, 35, group('a', 15), group(OTHER_AD_GROUPS, 20));
      const caps = adGroupCaps({ terms, figures }, { level: 'campaign', left: 65 });
      expect(
        caps.map(({ adGroupId, level, left, isMeasured }) => [adGroupId, level, left, isMeasured]),
      ).toEqual([
        ['*', 'campaign', 65, true],
        ['a', 'adGroup', 5, true],
        ['b', 'campaign', 65, false],
      ]);
    });
  });
});
