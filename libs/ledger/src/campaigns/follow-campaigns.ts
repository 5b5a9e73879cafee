import { decodeJson, PREFIX } from '@flightdeck/contracts';
import type { Campaign, CampaignEvent } from '@flightdeck/domain';
import type { Checkpoint, EventStore, StoredEvent } from '@flightdeck/event-store';
import type { CampaignDirectory, DirectoryEntry } from '../campaign-directory.js';

export interface FollowCampaigns {
  readonly store: EventStore;
  /** The campaign decider's fold. */
  readonly evolve: (state: Campaign | undefined, event: CampaignEvent) => Campaign | undefined;
  /** Called once when following or folding has failed: the directory is stale from then on, so the process must end. */
  readonly onFatal: (error: Error) => void;
}

export interface RunningCampaignDirectory extends CampaignDirectory {
  /** Stops following; what was folded stays readable. */
  close(): Promise<void>;
}

/** Starts to fold the `campaign-*` streams and goes on until closed. Await {@link CampaignDirectory.caughtUp} before the first read. */
export function followCampaigns(options: FollowCampaigns): RunningCampaignDirectory {
  return new FollowedCampaigns(options);
}

interface Target {
  readonly campaignId: string;
  readonly revision: number;
  readonly reached: () => void;
  readonly failed: (error: Error) => void;
}

class FollowedCampaigns implements RunningCampaignDirectory {
  private readonly campaigns = new Map<string, DirectoryEntry>();
  private readonly listeners = new Set<(changed: readonly DirectoryEntry[]) => void>();
  private readonly stop = new AbortController();
  private readonly done: Promise<void>;
  private waiting: Target[] = [];
  private checkpoint: Checkpoint = 'start';
  private fault: Error | undefined;

  constructor(private readonly options: FollowCampaigns) {
    this.done = this.run();
  }

  get size(): number {
    return this.campaigns.size;
  }

  get(campaignId: string): DirectoryEntry | undefined {
    return this.campaigns.get(campaignId);
  }

  entries(): IterableIterator<DirectoryEntry> {
    return this.campaigns.values();
  }

  onChange(listener: (changed: readonly DirectoryEntry[]) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /**
   * A second reader, started now at the fold's checkpoint, sees what is stored by now; the fold has caught up when it has
   * folded the last of that.
   */
  async caughtUp(): Promise<void> {
    if (this.fault !== undefined) throw this.fault;
    const last = await this.lastStored();
    if (last === undefined) return;
    const campaignId = campaignIdOf(last);
    await new Promise<void>((reached, failed) => {
      this.waiting.push({ campaignId, revision: last.revision, reached, failed });
      if (this.fault !== undefined) this.fail(this.fault);
      else this.settleWaiting();
    });
  }

  async close(): Promise<void> {
    this.stop.abort();
    await this.done;
    for (const target of this.waiting.splice(0))
      target.failed(new Error('The campaign directory is closed.'));
  }

  private async lastStored(): Promise<StoredEvent | undefined> {
    const probe = new AbortController();
    let last: StoredEvent | undefined;
    try {
      for await (const batch of this.options.store.follow(
        { prefix: PREFIX.campaign },
        this.checkpoint,
        probe.signal,
      )) {
        last = batch.events.at(-1) ?? last;
        if (batch.caughtUp) break;
      }
    } finally {
      probe.abort();
    }
    return last;
  }

  private async run(): Promise<void> {
    try {
      for await (const batch of this.options.store.follow(
        { prefix: PREFIX.campaign },
        'start',
        this.stop.signal,
      )) {
        const changed = this.fold(batch.events);
        this.checkpoint = batch.checkpoint;
        this.settleWaiting();
        if (changed.length > 0) for (const listener of this.listeners) listener(changed);
      }
    } catch (thrown) {
      const error = new Error('The campaign directory can no longer follow the ledger.', { cause: thrown });
      this.fail(error);
      this.options.onFatal(error);
    }
  }

  private fold(events: readonly StoredEvent[]): readonly DirectoryEntry[] {
    const changed = new Map<string, DirectoryEntry>();
    for (const stored of events) {
      const campaignId = campaignIdOf(stored);
      const event = { type: stored.type, data: decodeJson(stored.data) } as CampaignEvent;
      const campaign = this.options.evolve(this.campaigns.get(campaignId)?.campaign, event);
      if (campaign === undefined) throw new Error(`${stored.stream} does not begin with its registration.`);
      const entry = { campaign, revision: stored.revision };
      this.campaigns.set(campaignId, entry);
      changed.set(campaignId, entry);
    }
    return [...changed.values()];
  }

  private settleWaiting(): void {
    if (this.waiting.length === 0) return;
    const reached = (target: Target): boolean =>
      (this.campaigns.get(target.campaignId)?.revision ?? -1) >= target.revision;
    const settled = this.waiting.filter(reached);
    this.waiting = this.waiting.filter((target) => !reached(target));
    for (const target of settled) target.reached();
  }

  private fail(error: Error): void {
    this.fault = error;
    for (const target of this.waiting.splice(0)) target.failed(error);
  }
}

function campaignIdOf(stored: StoredEvent): string {
  return stored.stream.slice(PREFIX.campaign.length);
}
