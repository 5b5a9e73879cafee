import { decodeJson } from '@flightdeck/contracts';
import type { Checkpoint, EventStore, StoredEvent } from '@flightdeck/event-store';

/** What is folded of streams that share a prefix, one entry for each. */
export interface FollowEntries<Entry, Event> {
  readonly store: EventStore;
  readonly prefix: string;
  /** What is followed, for the error that says it no longer can be. */
  readonly name: string;
  /** The entry after a fact at that revision; undefined when the stream cannot begin with it. */
  readonly evolve: (entry: Entry | undefined, event: Event, revision: number) => Entry | undefined;
  /** Called once when following or folding has failed: the entries are stale from then on, so the process must end. */
  readonly onFatal: (error: Error) => void;
}

interface Target {
  readonly id: string;
  readonly revision: number;
  readonly reached: () => void;
  readonly failed: (error: Error) => void;
}

/** Every entry, in memory, by the id in its stream's name. Follows until closed. */
export class FollowedEntries<Entry extends { readonly revision: number }, Event> {
  private readonly known = new Map<string, Entry>();
  private readonly listeners = new Set<(changed: readonly Entry[]) => void>();
  private readonly stop = new AbortController();
  private readonly done: Promise<void>;
  private waiting: Target[] = [];
  private checkpoint: Checkpoint = 'start';
  private fault: Error | undefined;

  constructor(private readonly options: FollowEntries<Entry, Event>) {
    this.done = this.run();
  }

  get size(): number {
    return this.known.size;
  }

  get(id: string): Entry | undefined {
    return this.known.get(id);
  }

  entries(): IterableIterator<Entry> {
    return this.known.values();
  }

  onChange(listener: (changed: readonly Entry[]) => void): () => void {
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
    const id = this.idOf(last);
    await new Promise<void>((reached, failed) => {
      this.waiting.push({ id, revision: last.revision, reached, failed });
      if (this.fault !== undefined) this.fail(this.fault);
      else this.settleWaiting();
    });
  }

  async close(): Promise<void> {
    this.stop.abort();
    await this.done;
    for (const target of this.waiting.splice(0))
      target.failed(new Error(`The ${this.options.name} is closed.`));
  }

  private async lastStored(): Promise<StoredEvent | undefined> {
    const probe = new AbortController();
    let last: StoredEvent | undefined;
    try {
      for await (const batch of this.options.store.follow(
        { prefix: this.options.prefix },
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
        { prefix: this.options.prefix },
        'start',
        this.stop.signal,
      )) {
        const changed = this.fold(batch.events);
        this.checkpoint = batch.checkpoint;
        this.settleWaiting();
        if (changed.length > 0) for (const listener of this.listeners) listener(changed);
      }
    } catch (thrown) {
      const error = new Error(`The ${this.options.name} can no longer follow the ledger.`, { cause: thrown });
      this.fail(error);
      this.options.onFatal(error);
    }
  }

  private fold(events: readonly StoredEvent[]): readonly Entry[] {
    const changed = new Map<string, Entry>();
    for (const stored of events) {
      const id = this.idOf(stored);
      const event = { type: stored.type, data: decodeJson(stored.data) } as Event;
      const entry = this.options.evolve(this.known.get(id), event, stored.revision);
      if (entry === undefined) throw new Error(`${stored.stream} does not begin with its registration.`);
      this.known.set(id, entry);
      changed.set(id, entry);
    }
    return [...changed.values()];
  }

  private settleWaiting(): void {
    if (this.waiting.length === 0) return;
    const reached = (target: Target): boolean =>
      (this.known.get(target.id)?.revision ?? -1) >= target.revision;
    const settled = this.waiting.filter(reached);
    this.waiting = this.waiting.filter((target) => !reached(target));
    for (const target of settled) target.reached();
  }

  private fail(error: Error): void {
    this.fault = error;
    for (const target of this.waiting.splice(0)) target.failed(error);
  }

  private idOf({ stream }: StoredEvent): string {
    return stream.slice(this.options.prefix.length);
  }
}
