import { STREAM, type CampaignAsOfResponse } from '@flightdeck/contracts';
import {
  advertiser as decider,
  dayOf,
  type Advertiser,
  type AdvertiserEvent,
  type Campaign,
} from '@flightdeck/domain';
import { foldStream, historyOf, type AdvertiserDirectory } from '@flightdeck/ledger';
import { addSpend, AdvertiserReader, type CountsIn, type Spent } from '@flightdeck/read-models';
import type { Moments, NamedMoment } from './moments.js';
import type { Scans } from './scans.js';

/** What a campaign's advertiser allowed and had spent, from what had arrived by a moment and from what is known now of it. */
export interface PastAdvertiser {
  readonly then: Pick<AdvertiserReader, 'read'>;
  readonly now: Pick<AdvertiserReader, 'read'>;
  /** The further streams that were read. */
  readonly heads: CampaignAsOfResponse['heads'];
}

/** For a campaign that nobody registered, and one whose advertiser had no budget. */
const UNHELD: AdvertiserReader = new AdvertiserReader(
  { get: () => undefined, campaignsOf: () => [] },
  { spent: async () => [] },
);

/** Budgets of advertisers as they were. Their sums are no rows of a fold, so each is added up from the ledger. */
export class PastAdvertisers {
  constructor(
    private readonly moments: Moments,
    private readonly directory: Pick<AdvertiserDirectory, 'campaignsOf'>,
    private readonly scans: Scans,
  ) {}

  /** Reads every partition in which the advertiser has a campaign. */
  async holding(
    campaign: Campaign | undefined,
    named: NamedMoment,
    signal: AbortSignal,
  ): Promise<PastAdvertiser> {
    const held = campaign === undefined ? undefined : await this.budget(campaign.advertiserId, named);
    if (campaign === undefined || held === undefined) return { then: UNHELD, now: UNHELD, heads: [] };
    const { advertiserId } = campaign;
    const siblings = await this.registered(advertiserId, named);
    const holders = {
      get: (id: string) => (id === advertiserId ? held : undefined),
      campaignsOf: (id: string) => (id === advertiserId ? siblings : []),
    };
    const day = dayOf(campaign.timezone, named.atMs);
    const then = new Map<string, Spent>();
    const now = new Map<string, Spent>();
    const stream = STREAM.advertiser(advertiserId);
    const heads = [{ stream, revision: await this.moments.head(stream, named) }];
    for (const [ads, campaignIds] of this.byPartition(siblings)) {
      const arrived = await this.moments.head(ads, named);
      const range = { from: 0, to: await this.moments.head(ads) };
      const of = { history: historyOf(this.moments.store), stream: ads, range, campaignIds, day };
      const sums: CountsIn[] = [
        ({ revision }) => revision <= arrived,
        ({ occurredAtMs }) => occurredAtMs <= named.atMs,
      ];
      const [known, knownNow] = await this.scans.run(() => addSpend(of, sums, signal));
      known?.forEach((spent, id) => then.set(id, spent));
      knownNow?.forEach((spent, id) => now.set(id, spent));
      heads.push({ stream: ads, revision: arrived });
    }
    const reader = (spent: ReadonlyMap<string, Spent>): AdvertiserReader =>
      new AdvertiserReader(holders, {
        spent: async (requests) => requests.map(({ campaignId }) => spent.get(campaignId)),
      });
    return { then: reader(then), now: reader(now), heads };
  }

  private budget(advertiserId: string, named: NamedMoment): Promise<Advertiser | undefined> {
    return foldStream<AdvertiserEvent, Advertiser | undefined>(
      this.moments.past(named),
      STREAM.advertiser(advertiserId),
      decider,
    );
  }

  /** A campaign stays its advertiser's, so those of then are those of now that had been registered. */
  private async registered(advertiserId: string, named: NamedMoment): Promise<readonly Campaign[]> {
    const found: Campaign[] = [];
    for (const campaign of this.directory.campaignsOf(advertiserId)) {
      const revision = await this.moments.head(STREAM.campaign(campaign.campaignId), named);
      if (revision >= 0) found.push(campaign);
    }
    return found;
  }

  private byPartition(campaigns: readonly Campaign[]): ReadonlyMap<string, ReadonlySet<string>> {
    const streams = new Map<string, Set<string>>();
    for (const { campaignId } of campaigns) {
      const stream = this.moments.ads(campaignId);
      const known = streams.get(stream) ?? new Set();
      streams.set(stream, known.add(campaignId));
    }
    return streams;
  }
}
