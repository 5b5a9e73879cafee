import { PREFIX } from '@flightdeck/contracts';
import {
  advertiser as decider,
  type Advertiser,
  type AdvertiserEvent,
  type Campaign,
} from '@flightdeck/domain';
import type { StoredEvent } from '@flightdeck/event-store';
import { decodeEvent } from '@flightdeck/ledger';
import type { Kept } from './kept.js';

/** Advertisers with a budget that a backtest holds in memory; it refuses a ledger of more. */
export const PAST_ADVERTISERS_MAX = 200_000;

const ROWS = 'advertiser/';

/** Advertisers with a budget, as they were at a place in the ledger, and their campaigns. */
export class PastAdvertisers {
  private readonly advertisers = new Map<string, Advertiser>();
  private readonly campaigns = new Map<string, Map<string, Campaign>>();

  constructor(private readonly kept?: Kept) {}

  get(advertiserId: string): Advertiser | undefined {
    return this.advertisers.get(advertiserId);
  }

  campaignsOf(advertiserId: string): Iterable<Campaign> {
    return this.campaigns.get(advertiserId)?.values() ?? [];
  }

  /** Whether a budget of its advertiser bears on the campaign. */
  holds(campaign: Campaign | undefined): boolean {
    return campaign !== undefined && this.advertisers.has(campaign.advertiserId);
  }

  /**
   * Folds an event of `advertiser-*` and answers which campaigns it concerns.
   * @throws {Error} when there are more than {@link PAST_ADVERTISERS_MAX}.
   */
  fold(stored: StoredEvent): Iterable<Campaign> {
    const advertiserId = stored.stream.slice(PREFIX.advertiser.length);
    const after = decider.evolve(this.advertisers.get(advertiserId), decodeEvent<AdvertiserEvent>(stored));
    if (after !== undefined) {
      this.advertisers.set(advertiserId, after);
      this.kept?.put(ROWS + advertiserId, after);
    }
    if (this.advertisers.size > PAST_ADVERTISERS_MAX)
      throw new Error(`A backtest takes up to ${PAST_ADVERTISERS_MAX} advertisers with a budget.`);
    return this.campaignsOf(advertiserId);
  }

  /** Notes what has become of a campaign. */
  join(campaign: Campaign | undefined): void {
    if (campaign === undefined) return;
    const known = this.campaigns.get(campaign.advertiserId);
    if (known === undefined)
      this.campaigns.set(campaign.advertiserId, new Map([[campaign.campaignId, campaign]]));
    else known.set(campaign.campaignId, campaign);
  }

  /** Goes on from what was committed; the campaigns have to be joined once more. */
  async load(): Promise<void> {
    if (this.kept === undefined) return;
    for await (const page of this.kept.under<Advertiser>(ROWS))
      for (const { key, value } of page) this.advertisers.set(key, value);
  }
}
