import { STREAM } from '@flightdeck/contracts';
import { campaign as decider, type CampaignEvent } from '@flightdeck/domain';
import type { EventStore } from '@flightdeck/event-store';
import { decodeEvent, type CampaignDirectory, type DirectoryEntry } from '@flightdeck/ledger';

/** More facts than a campaign can have. */
const FACTS_MAX = 1_000_000;

/** Campaigns as their last fact left them: what was written before the call is seen, even by a directory that lags. */
export class CampaignReader {
  constructor(
    private readonly store: Pick<EventStore, 'read'>,
    private readonly directory: Pick<CampaignDirectory, 'get'>,
  ) {}

  /** Undefined while nobody has registered it. The directory answers unless the stream has moved on. */
  async current(campaignId: string): Promise<DirectoryEntry | undefined> {
    const stream = STREAM.campaign(campaignId);
    for await (const last of this.store.read(stream, 'end', { direction: 'backwards', max: 1 })) {
      const known = this.directory.get(campaignId);
      return known?.revision === last.revision ? known : this.folded(stream);
    }
    return undefined;
  }

  private async folded(stream: string): Promise<DirectoryEntry | undefined> {
    let state = decider.initial;
    let revision = -1;
    for await (const stored of this.store.read(stream, 'start', { direction: 'forwards', max: FACTS_MAX })) {
      state = decider.evolve(state, decodeEvent<CampaignEvent>(stored));
      revision = stored.revision;
    }
    return state === undefined ? undefined : { campaign: state, revision };
  }
}
