import { describe, expect, it } from '@jest/globals';
import type { AdGroup, Advertiser, Campaign, Pacing } from '../../api/generated/types.gen';
import { levelsOf, standingOf, tightestOf } from './levels';

const CAMPAIGN = { campaignId: 'c1', currency: 'USD', budget: { dailyMicros: 10, lifetimeMicros: 100 } };
const ADVERTISER = {
  advertiserId: 'adv1',
  currency: 'USD',
  budget: { dailyMicros: 20 },
  spend: spent(19, 500),
};

function spent(todayMicros: number, lifetimeMicros: number) {
  return { todayMicros, todayNanos: 0, lifetimeMicros, lifetimeNanos: 0 };
}

function treeOf(level: 'advertiser' | 'campaign' | 'adGroup', over: Partial<Advertiser> = {}) {
  const pacing = { spend: spent(4, 98), cap: { level, todayMicros: 1, remainingTodayMicros: 1 } };
  const groups = [
    { adGroupId: 'g1', budget: { dailyMicros: 5 }, spend: spent(5, 9), measured: true },
    { adGroupId: 'g2', budget: null, spend: spent(1, 1), measured: true },
    { adGroupId: 'g3', budget: { dailyMicros: 5 }, spend: spent(0, 0), measured: false },
  ];
  return levelsOf(
    CAMPAIGN as Campaign,
    pacing as unknown as Pacing,
    { ...ADVERTISER, ...over } as Advertiser,
    groups as AdGroup[],
  );
}

describe('the tree of budgets', () => {
  it('goes from the advertiser down to the ad groups', () => {
    expect(treeOf('campaign').map(({ kind, id }) => `${kind} ${id}`)).toEqual([
      ...['advertiser adv1', 'campaign c1', 'adGroup g1', 'adGroup g2', 'adGroup g3'],
    ]);
  });

  it('takes of a daily and a lifetime cap the one that leaves less', () => {
    const [advertiser, campaign, g1] = treeOf('campaign');
    expect([advertiser?.leftMicros, campaign?.leftMicros, g1?.leftMicros]).toEqual([1, 2, 0]);
    expect([advertiser?.used, campaign?.used, g1?.used]).toEqual([0.95, 0.98, 1]);
  });

  it('would be seen to look at the day alone (planted)', () => {
    const withoutLifetime = treeOf('campaign', { budget: { dailyMicros: 20 } })[0];
    const withLifetime = treeOf('campaign', { budget: { dailyMicros: 20, lifetimeMicros: 500 } })[0];
    expect(withLifetime?.leftMicros).not.toBe(withoutLifetime?.leftMicros);
  });

  it('marks the level that binds, and of the ad groups those that have a part in it', () => {
    const binding = (level: 'advertiser' | 'campaign' | 'adGroup') =>
      treeOf(level).flatMap(({ id, binds }) => (binds ? [id] : []));
    expect(binding('advertiser')).toEqual(['adv1']);
    expect(binding('campaign')).toEqual(['c1']);
    expect(binding('adGroup')).toEqual(['g1']);
  });

  it('says how each stands in a word', () => {
    expect(treeOf('campaign').map((level) => standingOf(level).word)).toEqual([
      ...['nearly spent', 'nearly spent', 'spent', 'no budget', 'not measured'],
    ]);
    expect(standingOf({ used: 0.2, idle: undefined })).toEqual({ word: 'has room', tone: 'good' });
  });

  it('holds no campaign by a budget in another currency', () => {
    const [advertiser] = treeOf('campaign', { currency: 'EUR' });
    expect(advertiser).toMatchObject({ currency: 'EUR', idle: 'other-currency' });
    expect(advertiser && standingOf(advertiser).word).toBe('other currency');
  });

  it('is held by the cap that leaves the least', () => {
    expect(tightestOf(treeOf('campaign'))).toEqual({ kind: 'advertiser', cap: 'dailyMicros', leftMicros: 1 });
    expect(tightestOf(treeOf('campaign', { budget: null }))).toEqual({
      ...{ kind: 'campaign', cap: 'lifetimeMicros', leftMicros: 2 },
    });
    expect(tightestOf(treeOf('campaign', { currency: 'EUR' }))?.kind).toBe('campaign');
    expect(tightestOf([])).toBeUndefined();
  });

  it('is held by its ad groups only when all that spend have a budget, and nothing is spent outside', () => {
    const [, campaign, g1, g2] = treeOf('campaign', { budget: null });
    if (campaign === undefined || g1 === undefined || g2 === undefined) throw new Error('There is no tree.');
    const held = { ...campaign, spend: spent(4, 9) };
    expect(tightestOf([held, g1])).toEqual({ kind: 'adGroup', cap: 'dailyMicros', leftMicros: 0 });
    expect(tightestOf([campaign, g1])?.kind).toBe('campaign');
    expect(tightestOf([{ ...held, spend: spent(4, 10) }, g1, g2])?.kind).toBe('campaign');
  });
});
