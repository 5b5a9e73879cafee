import { PREFIX } from '@flightdeck/contracts';
import type { Campaign, CampaignEvent } from '@flightdeck/domain';
import type { EventStore } from '@flightdeck/event-store';
import type { CampaignDirectory, DirectoryEntry } from '../campaign-directory.js';
import { FollowedEntries, type FoldedEntries } from '../directory/followed-entries.js';

export interface FollowCampaigns {
  readonly store: EventStore;
  /** The campaign decider's fold. */
  readonly evolve: (state: Campaign | undefined, event: CampaignEvent) => Campaign | undefined;
  /** Called once when following or folding has failed: the directory is stale from then on, so the process must end. */
  readonly onFatal: (error: Error) => void;
  /** Goes on from what another process had folded; from the ledger's start unless given. */
  readonly begun?: FoldedEntries<DirectoryEntry> | undefined;
}

export interface RunningCampaignDirectory extends CampaignDirectory {
  /** What is folded by now, for who goes on from there. */
  readonly folded: FoldedEntries<DirectoryEntry>;
  /** Stops following; what was folded stays readable. */
  close(): Promise<void>;
}

/** Starts to fold the `campaign-*` streams and goes on until closed. Await {@link CampaignDirectory.caughtUp} before the first read. */
export function followCampaigns({
  store,
  evolve,
  onFatal,
  begun,
}: FollowCampaigns): RunningCampaignDirectory {
  return new FollowedEntries<DirectoryEntry, CampaignEvent>({
    ...{ store, onFatal, begun, prefix: PREFIX.campaign, name: 'campaign directory' },
    evolve: (entry, event, revision) => {
      const campaign = evolve(entry?.campaign, event);
      return campaign === undefined ? undefined : { campaign, revision };
    },
  });
}
