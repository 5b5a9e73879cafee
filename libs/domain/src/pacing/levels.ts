import type { PacedTerms } from '../campaign/events.js';
import { OTHER_AD_GROUPS, type AdvertiserFigures, type CampaignFigures } from '../figures/figures.js';
import { toMicrosNumber } from '../money/display.js';
import { addTotal, compareTotal, ZERO, type Total } from '../money/money.js';

/** Budgets form a tree; the tightest cap wins. */
export type CapLevel = 'advertiser' | 'campaign' | 'adGroup';

/** What one level of the tree leaves a campaign, in micros; null where the level has no such cap. */
export interface LevelCap {
  readonly level: CapLevel;
  /** What the campaign may still spend today; below 0 once its own cap or its advertiser's is overspent. */
  readonly left: number | null;
  /** What it may still spend at all. */
  readonly remaining: number | null;
}

/** What a campaign is held by beside its own budget. */
export interface Surroundings {
  readonly terms: PacedTerms | undefined;
  readonly figures: CampaignFigures;
  /** Absent when its advertiser has no budget. */
  readonly advertiser?: AdvertiserFigures | undefined;
}

/** Whether the advertiser's budget bears on a campaign: only where both are in one currency. */
export function isHeldByAdvertiser(
  terms: PacedTerms | undefined,
  advertiser: AdvertiserFigures | undefined,
): advertiser is AdvertiserFigures {
  return advertiser !== undefined && terms !== undefined && terms.currency === advertiser.currency;
}

/** What the advertiser's budget leaves, after all that its campaigns have spent together; undefined when it does not bear on the campaign. */
export function advertiserLevel({ terms, advertiser }: Surroundings): LevelCap | undefined {
  if (!isHeldByAdvertiser(terms, advertiser)) return undefined;
  const { budget, today, lifetime } = advertiser;
  const remaining = leftOf(budget.lifetimeMicros, lifetime);
  const left = tighter(leftOf(budget.dailyMicros, today), remaining);
  return left === null ? undefined : { level: 'advertiser', left, remaining };
}

/**
 * What the ad groups' budgets leave together; undefined unless they hold the campaign. They do when every ad group that is known to
 * spend has a budget and nothing is spent outside of ad groups: then no more can be spent than they allow.
 */
export function adGroupLevel({ terms, figures }: Surroundings): LevelCap | undefined {
  const budgets = terms?.adGroups ?? [];
  const groups = figures.adGroups ?? [];
  if (budgets.length === 0 || groups.length === 0) return undefined;
  const isHeld = groups.every(({ adGroupId }) => budgets.some((one) => one.adGroupId === adGroupId));
  const inGroups = groups.reduce((sum, { grossLifetime }) => addTotal(sum, grossLifetime), ZERO);
  if (!isHeld || compareTotal(inGroups, figures.lifetime.gross) !== 0) return undefined;
  let left = 0;
  let remaining: number | null = 0;
  for (const { adGroupId, budget } of budgets) {
    const spent = groups.find((one) => one.adGroupId === adGroupId);
    const ofLifetime = leftOf(budget.lifetimeMicros, spent?.lifetime ?? ZERO);
    left += Math.max(0, tighter(leftOf(budget.dailyMicros, spent?.today ?? ZERO), ofLifetime) ?? 0);
    remaining = remaining === null || ofLifetime === null ? null : remaining + Math.max(0, ofLifetime);
  }
  return { level: 'adGroup', left, remaining };
}

/** One ad group as its budget and the campaign's caps leave it. */
export interface AdGroupCap {
  readonly adGroupId: string;
  readonly today: Total;
  readonly lifetime: Total;
  /** The level that leaves the ad group the least today; null without any cap. */
  readonly level: CapLevel | null;
  readonly left: number | null;
  /** Spend today / its own daily budget; null without one, and where its spend is not told apart. */
  readonly utilizationToday: number | null;
  /** False for an ad group beyond those whose spend is told apart: its budget is held against nothing. */
  readonly isMeasured: boolean;
}

/** Every ad group with spend or a budget, under what `campaign` (the tightest cap above it) leaves. */
export function adGroupCaps(
  { terms, figures }: Surroundings,
  campaign: { readonly level: CapLevel | null; readonly left: number | null },
): readonly AdGroupCap[] {
  const groups = figures.adGroups ?? [];
  const hasOthers = groups.some(({ adGroupId }) => adGroupId === OTHER_AD_GROUPS);
  const budgets = new Map((terms?.adGroups ?? []).map(({ adGroupId, budget }) => [adGroupId, budget]));
  const ids = [...new Set([...budgets.keys(), ...groups.map(({ adGroupId }) => adGroupId)])].sort();
  return ids.map((adGroupId) => {
    const spent = groups.find((one) => one.adGroupId === adGroupId);
    const isMeasured = spent !== undefined || !hasOthers;
    const { today, lifetime } = spent ?? { today: ZERO, lifetime: ZERO };
    const { dailyMicros, lifetimeMicros } = budgets.get(adGroupId) ?? {};
    const own = isMeasured ? tighter(leftOf(dailyMicros, today), leftOf(lifetimeMicros, lifetime)) : null;
    const isOwn = own !== null && (campaign.left === null || own < campaign.left);
    return {
      ...{ adGroupId, today, lifetime, isMeasured },
      level: isOwn ? 'adGroup' : campaign.level,
      left: tighter(own, campaign.left),
      utilizationToday: isMeasured && dailyMicros !== undefined ? toMicrosNumber(today) / dailyMicros : null,
    };
  });
}

/** The smaller of two caps, where null is none. */
export function tighter(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}

function leftOf(cap: number | undefined, spent: Total): number | null {
  return cap === undefined ? null : cap - toMicrosNumber(spent);
}
