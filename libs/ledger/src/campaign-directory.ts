import type { Campaign } from '@flightdeck/domain';

/** A registered campaign and the revision of its last fact in `campaign-<id>` (its ETag). */
export interface DirectoryEntry {
  readonly campaign: Campaign;
  readonly revision: number;
}

/**
 * Every registered campaign, in memory: a fold of the `campaign-*` streams that follows them (the "broadcast state" of
 * stream processing). Reads never wait.
 */
export interface CampaignDirectory {
  get(campaignId: string): DirectoryEntry | undefined;
  entries(): IterableIterator<DirectoryEntry>;
  readonly size: number;
  /** Resolves once everything stored before the call has been folded. */
  caughtUp(): Promise<void>;
  /** Calls `listener` after each fold with the entries that changed; the answer unsubscribes. */
  onChange(listener: (changed: readonly DirectoryEntry[]) => void): () => void;
}

/** Nest injection token of the process's campaign directory. */
export const CAMPAIGN_DIRECTORY = Symbol('CampaignDirectory');
