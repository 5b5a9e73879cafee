import {
  addTotal,
  type AdvertiserBudget,
  type AdvertiserFigures,
  MoneyOverflow,
  type Total,
  ZERO,
} from '@flightdeck/domain';
import type { ReadModels, Spent } from '../read-models.js';

/** Campaigns whose spend is asked for at once. */
const CAMPAIGNS_AT_ONCE_MAX = 10_000;
/** What stands for more than money can hold: no budget is that high, so each counts as spent. */
const BEYOND: Total = { micros: Number.MAX_SAFE_INTEGER, nanos: 999 };

/** Which advertisers have a budget, and which campaigns share it. */
export interface BudgetHolders {
  get(advertiserId: string): (AdvertiserBudget & { readonly advertiserId: string }) | undefined;
  campaignsOf(advertiserId: string): Iterable<{ readonly campaignId: string; readonly currency: string }>;
}

/** A campaign on one of its local days; undefined while nobody has registered it. */
export interface OnDay {
  readonly campaign: { readonly advertiserId: string } | undefined;
  readonly day: string;
}

/**
 * What advertisers' campaigns have spent together. Campaigns of an advertiser are in many partitions, so a sum is no row of a fold:
 * it is added up when it is asked for, from what each campaign has booked on its own day of the date.
 */
export class AdvertiserReader {
  constructor(
    private readonly holders: BudgetHolders,
    private readonly readModels: Pick<ReadModels, 'spent'>,
  ) {}

  /** One answer per campaign, in order; undefined where its advertiser has no budget. Each sum is made once. */
  async read(campaigns: readonly OnDay[]): Promise<readonly (AdvertiserFigures | undefined)[]> {
    const holders = campaigns.map(({ campaign }) =>
      campaign === undefined ? undefined : this.holders.get(campaign.advertiserId),
    );
    const sums = new Map<string, AdvertiserFigures>();
    for (const [index, holder] of holders.entries()) {
      const { day } = campaigns[index] ?? { day: '' };
      if (holder === undefined || sums.has(sumKey(holder, day))) continue;
      sums.set(sumKey(holder, day), await this.sum(holder, day));
    }
    return holders.map((holder, index) =>
      holder === undefined ? undefined : sums.get(sumKey(holder, campaigns[index]?.day ?? '')),
    );
  }

  /** Of one advertiser, on a calendar date. */
  async sum(
    { advertiserId, currency, budget }: AdvertiserBudget & { readonly advertiserId: string },
    day: string,
  ): Promise<AdvertiserFigures> {
    const all = [...this.holders.campaignsOf(advertiserId)];
    const counted = all.filter((campaign) => campaign.currency === currency);
    let today = ZERO;
    let lifetime = ZERO;
    for (let from = 0; from < counted.length; from += CAMPAIGNS_AT_ONCE_MAX) {
      const slice = counted.slice(from, from + CAMPAIGNS_AT_ONCE_MAX);
      const spent = await this.readModels.spent(slice.map(({ campaignId }) => ({ campaignId, day })));
      today = plus(today, spent, (one) => one.today);
      lifetime = plus(lifetime, spent, (one) => one.lifetime);
    }
    const campaigns = counted.length;
    return { advertiserId, currency, budget, today, lifetime, campaigns, leftOut: all.length - campaigns };
  }
}

function sumKey({ advertiserId }: { readonly advertiserId: string }, day: string): string {
  return `${advertiserId}/${day}`;
}

function plus(sum: Total, spent: readonly (Spent | undefined)[], of: (one: Spent) => Total): Total {
  try {
    return spent.reduce((total, one) => (one === undefined ? total : addTotal(total, of(one))), sum);
  } catch (error) {
    if (error instanceof MoneyOverflow) return BEYOND;
    throw error;
  }
}
