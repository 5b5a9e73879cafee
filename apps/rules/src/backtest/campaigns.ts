import { PREFIX } from '@flightdeck/contracts';
import { campaign as decider, type Campaign, type CampaignEvent } from '@flightdeck/domain';
import type { StoredEvent } from '@flightdeck/event-store';
import { decodeEvent } from '@flightdeck/ledger';
import type { Kept } from './kept.js';

/** Registered campaigns that a backtest holds in memory; it refuses a ledger of more. */
export const PAST_CAMPAIGNS_MAX = 200_000;

const ROWS = 'campaign/';

interface Entry {
  /** Its place in the order of registration. */
  readonly place: number;
  readonly campaign: Campaign;
}

/** Campaigns as they were at a place in the ledger. */
export class PastCampaigns {
  private readonly campaigns = new Map<string, Entry>();

  constructor(private readonly kept?: Kept) {}

  get(campaignId: string): Campaign | undefined {
    return this.campaigns.get(campaignId)?.campaign;
  }

  /** In the order of registration. */
  ids(): IterableIterator<string> {
    return this.campaigns.keys();
  }

  /** Folds an event of `campaign-*` and answers whose it is. @throws {Error} when there are more than {@link PAST_CAMPAIGNS_MAX}. */
  fold(stored: StoredEvent): string {
    const campaignId = stored.stream.slice(PREFIX.campaign.length);
    const known = this.campaigns.get(campaignId);
    const campaign = decider.evolve(known?.campaign, decodeEvent<CampaignEvent>(stored));
    if (campaign === undefined) return campaignId;
    const entry: Entry = { place: known?.place ?? this.campaigns.size, campaign };
    this.campaigns.set(campaignId, entry);
    this.kept?.put(ROWS + campaignId, entry);
    if (this.campaigns.size > PAST_CAMPAIGNS_MAX)
      throw new Error(`A backtest takes up to ${PAST_CAMPAIGNS_MAX} campaigns.`);
    return campaignId;
  }

  /** Its zone; UTC while nobody has registered it. */
  zoneOf(campaignId: string): string {
    return this.get(campaignId)?.timezone ?? 'UTC';
  }

  /** Goes on from what was committed. */
  async load(): Promise<void> {
    if (this.kept === undefined) return;
    const entries: [string, Entry][] = [];
    for await (const page of this.kept.under<Entry>(ROWS))
      for (const { key, value } of page) entries.push([key, value]);
    entries.sort(([, a], [, b]) => a.place - b.place);
    for (const [campaignId, entry] of entries) this.campaigns.set(campaignId, entry);
  }
}
