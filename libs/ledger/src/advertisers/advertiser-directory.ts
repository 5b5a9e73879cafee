import { PREFIX } from '@flightdeck/contracts';
import { advertiser, type Advertiser, type AdvertiserEvent, type Campaign } from '@flightdeck/domain';
import type { EventStore } from '@flightdeck/event-store';
import type { CampaignDirectory } from '../campaign-directory.js';
import { FollowedEntries } from '../directory/followed-entries.js';

/** An advertiser with a budget and the revision of its last fact in `advertiser-<id>` (its ETag). */
export interface AdvertiserEntry extends Advertiser {
  readonly revision: number;
}

/** Every advertiser that has been given a budget, in memory, and whose campaigns there are. */
export interface AdvertiserDirectory {
  get(advertiserId: string): AdvertiserEntry | undefined;
  /** Ids of every advertiser with a budget or a campaign, in order. */
  ids(): readonly string[];
  /** The registered campaigns of an advertiser. */
  campaignsOf(advertiserId: string): Iterable<Campaign>;
  /** Resolves once everything stored before the call has been folded. */
  caughtUp(): Promise<void>;
  /** Calls `listener` after each fold with the entries that changed; the answer unsubscribes. */
  onChange(listener: (changed: readonly AdvertiserEntry[]) => void): () => void;
}

export interface RunningAdvertiserDirectory extends AdvertiserDirectory {
  /** Stops following; what was folded stays readable. */
  close(): Promise<void>;
}

/** Nest injection token of the process's advertiser directory. */
export const ADVERTISER_DIRECTORY = Symbol('AdvertiserDirectory');

/** Starts to fold the `advertiser-*` streams, and to tell whose campaigns those of `campaigns` are, until closed. */
export function followAdvertisers(options: {
  readonly store: EventStore;
  readonly campaigns: Pick<CampaignDirectory, 'get' | 'entries' | 'onChange'>;
  readonly onFatal: (error: Error) => void;
}): RunningAdvertiserDirectory {
  return new FollowedAdvertisers(options);
}

class FollowedAdvertisers implements RunningAdvertiserDirectory {
  private readonly budgets: FollowedEntries<AdvertiserEntry, AdvertiserEvent>;
  private readonly campaignIds = new Map<string, Set<string>>();
  private readonly stopListening: () => void;

  constructor(private readonly options: Parameters<typeof followAdvertisers>[0]) {
    const { store, campaigns, onFatal } = options;
    for (const { campaign } of campaigns.entries()) this.join(campaign);
    this.stopListening = campaigns.onChange((changed) => {
      for (const { campaign } of changed) this.join(campaign);
    });
    this.budgets = new FollowedEntries({
      ...{ store, onFatal, prefix: PREFIX.advertiser, name: 'advertiser directory' },
      evolve: (entry, event, revision) => {
        const next = advertiser.evolve(entry, event);
        return next === undefined ? undefined : { ...next, revision };
      },
    });
  }

  get(advertiserId: string): AdvertiserEntry | undefined {
    return this.budgets.get(advertiserId);
  }

  ids(): readonly string[] {
    const ids = new Set(this.campaignIds.keys());
    for (const { advertiserId } of this.budgets.entries()) ids.add(advertiserId);
    return [...ids].sort();
  }

  *campaignsOf(advertiserId: string): Generator<Campaign> {
    for (const campaignId of this.campaignIds.get(advertiserId) ?? []) {
      const entry = this.options.campaigns.get(campaignId);
      if (entry !== undefined) yield entry.campaign;
    }
  }

  caughtUp(): Promise<void> {
    return this.budgets.caughtUp();
  }

  onChange(listener: (changed: readonly AdvertiserEntry[]) => void): () => void {
    return this.budgets.onChange(listener);
  }

  async close(): Promise<void> {
    this.stopListening();
    await this.budgets.close();
  }

  /** A campaign stays its advertiser's. */
  private join({ advertiserId, campaignId }: Campaign): void {
    const known = this.campaignIds.get(advertiserId);
    if (known === undefined) this.campaignIds.set(advertiserId, new Set([campaignId]));
    else known.add(campaignId);
  }
}
