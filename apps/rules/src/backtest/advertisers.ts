import { PREFIX } from '@flightdeck/contracts';
import {
  advertiser as decider,
  type Advertiser,
  type AdvertiserEvent,
  type Campaign,
} from '@flightdeck/domain';
import type { StoredEvent } from '@flightdeck/event-store';
import { decodeEvent } from '@flightdeck/ledger';

/** Advertisers with a budget, as they were at a place in the ledger, and their campaigns. */
export class PastAdvertisers {
  private readonly advertisers = new Map<string, Advertiser>();
  private readonly campaigns = new Map<string, Map<string, Campaign>>();

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

  /** Folds an event of `advertiser-*` and answers whose campaigns it concerns. */
  fold(stored: StoredEvent): Iterable<Campaign> {
    const advertiserId = stored.stream.slice(PREFIX.advertiser.length);
    const after = decider.evolve(this.advertisers.get(advertiserId), decodeEvent<AdvertiserEvent>(stored));
    if (after !== undefined) this.advertisers.set(advertiserId, after);
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
}
