import { PREFIX } from '@flightdeck/contracts';
import { campaign as decider, dayOf, type Campaign, type CampaignEvent } from '@flightdeck/domain';
import type { StoredEvent } from '@flightdeck/event-store';
import { decodeEvent } from '@flightdeck/ledger';

/** Campaigns as they were at a place in the ledger. */
export class PastCampaigns {
  private readonly campaigns = new Map<string, Campaign>();

  get(campaignId: string): Campaign | undefined {
    return this.campaigns.get(campaignId);
  }

  ids(): IterableIterator<string> {
    return this.campaigns.keys();
  }

  /** Folds an event of `campaign-*` and answers whose it is. */
  fold(stored: StoredEvent): string {
    const campaignId = stored.stream.slice(PREFIX.campaign.length);
    const after = decider.evolve(this.campaigns.get(campaignId), decodeEvent<CampaignEvent>(stored));
    if (after !== undefined) this.campaigns.set(campaignId, after);
    return campaignId;
  }

  /** The local day of a campaign; of UTC while nobody has registered it. */
  dayOf(campaignId: string, nowMs: number): string {
    return dayOf(this.campaigns.get(campaignId)?.timezone ?? 'UTC', nowMs);
  }
}
