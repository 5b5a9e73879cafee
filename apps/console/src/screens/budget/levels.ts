import type { AdGroup, Advertiser, Campaign, Pacing } from '../../api/generated/types.gen';
import type { Tone } from '../../ui/page';
import { CAPS, type Budget, type Cap } from './wanted';

/** From this share on a budget is said to be nearly spent. */
export const NEARLY = 0.9;

/** What was spent at a place, net. */
export interface Spent {
  readonly todayMicros: number;
  readonly lifetimeMicros: number;
}

/** A place in the budget tree of one campaign: what may be spent there, and what was. */
export interface Level {
  readonly key: string;
  readonly kind: 'advertiser' | 'campaign' | 'adGroup';
  readonly id: string;
  readonly currency: string;
  readonly budget: Budget | null;
  readonly spend: Spent | null;
  /** What its own budget still leaves, in micros: of a daily and a lifetime cap, the lesser. Null without a budget. */
  readonly leftMicros: number | null;
  /** The larger share of its two caps that is spent; null without a budget. */
  readonly used: number | null;
  /** Whether this level is the one that holds the campaign today. */
  readonly binds: boolean;
  /** Why its budget holds nothing, where that is so. */
  readonly idle: 'other-currency' | 'not-measured' | undefined;
}

/** The tree from the advertiser down to the ad groups, as it is now. */
export function levelsOf(
  campaign: Campaign,
  pacing: Pacing | undefined,
  advertiser: Advertiser,
  adGroups: readonly AdGroup[],
): readonly Level[] {
  const { currency } = campaign;
  const binding = pacing?.cap?.level;
  const foreign = advertiser.currency !== null && advertiser.currency !== currency;
  return [
    {
      ...{ key: 'advertiser', kind: 'advertiser', id: advertiser.advertiserId },
      ...{ currency: advertiser.currency ?? currency, idle: foreign ? 'other-currency' : undefined },
      ...measured(advertiser.budget, advertiser.spend),
      binds: binding === 'advertiser',
    },
    {
      ...{ key: 'campaign', kind: 'campaign', id: campaign.campaignId, currency, idle: undefined },
      ...measured(campaign.budget, pacing?.spend ?? null),
      binds: binding === 'campaign',
    },
    ...adGroups.map((group): Level => ({
      ...{ key: `ad-group ${group.adGroupId}`, kind: 'adGroup', id: group.adGroupId, currency },
      idle: group.measured ? undefined : 'not-measured',
      ...measured(group.budget, group.spend),
      // Ad groups hold a campaign together: each with a budget has its part in it.
      binds: binding === 'adGroup' && group.budget !== null && group.measured,
    })),
  ];
}

/** How a level stands, in a word and a tone. */
export function standingOf({ used, idle }: Pick<Level, 'used' | 'idle'>): {
  readonly word: string;
  readonly tone: Tone;
} {
  if (used === null) return { word: 'no budget', tone: 'none' };
  if (idle === 'other-currency') return { word: 'other currency', tone: 'none' };
  if (idle === 'not-measured') return { word: 'not measured', tone: 'none' };
  if (used >= 1) return { word: 'spent', tone: 'bad' };
  return used >= NEARLY ? { word: 'nearly spent', tone: 'warn' } : { word: 'has room', tone: 'good' };
}

/** What a budget leaves and how much of it is used, by the one of its caps that is nearer. */
export function measured(
  budget: Budget | null,
  spend: Spent | null,
): Pick<Level, 'budget' | 'spend' | 'leftMicros' | 'used'> {
  const caps = capsOf(budget, spend);
  if (caps.length === 0) return { budget, spend, leftMicros: null, used: null };
  return {
    ...{ budget, spend },
    leftMicros: Math.min(...caps.map(({ leftMicros }) => leftMicros)),
    used: Math.max(...caps.map(({ used }) => used)),
  };
}

/** The cap that leaves a campaign the least today. */
export interface Tightest {
  readonly kind: Level['kind'];
  readonly cap: Cap;
  readonly leftMicros: number;
}

/**
 * Which cap of the tree holds the campaign, by the same rules as the server's: ad groups hold it together, once each that spends
 * has a budget and nothing is spent outside of them. Undefined when nothing does.
 */
export function tightestOf(levels: readonly Level[]): Tightest | undefined {
  const above = levels
    .filter(({ kind, idle }) => kind !== 'adGroup' && idle === undefined)
    .flatMap(({ kind, budget, spend }) =>
      capsOf(budget, spend).map(({ cap, leftMicros }) => ({ kind, cap, leftMicros })),
    );
  return [...above, ...together(levels)].reduce<Tightest | undefined>(
    (least, one) => (least === undefined || one.leftMicros < least.leftMicros ? one : least),
    undefined,
  );
}

function together(levels: readonly Level[]): readonly Tightest[] {
  const groups = levels.filter(({ kind }) => kind === 'adGroup');
  const all = levels.find(({ kind }) => kind === 'campaign')?.spend?.lifetimeMicros;
  const inGroups = groups.reduce((sum, { spend }) => sum + (spend?.lifetimeMicros ?? 0), 0);
  const spending = groups.filter(({ spend }) => (spend?.lifetimeMicros ?? 0) !== 0);
  const isHeld =
    spending.length > 0 && spending.every(({ used, idle }) => used !== null && idle === undefined);
  if (!isHeld || all === undefined || Math.abs(all - inGroups) > groups.length) return [];
  const leftMicros = groups.reduce((sum, one) => sum + Math.max(0, one.leftMicros ?? 0), 0);
  return [{ kind: 'adGroup', cap: 'dailyMicros', leftMicros }];
}

function capsOf(
  budget: Budget | null,
  spend: Spent | null,
): readonly { readonly cap: Cap; readonly leftMicros: number; readonly used: number }[] {
  return CAPS.flatMap(({ cap, spent }) => {
    const micros = budget?.[cap];
    if (micros === undefined || spend === null) return [];
    return [{ cap, leftMicros: micros - spend[spent], used: spend[spent] / micros }];
  });
}
