import { decodeJson } from '@flightdeck/contracts';
import type { Checkpoint, EventStore, StoredEvent } from '@flightdeck/event-store';

/** What had been folded by a place in the ledger, for who goes on from there. */
export interface FoldedEntries<Entry> {
  /** Everything up to here is in it. */
  readonly checkpoint: Checkpoint;
  readonly entries: readonly (readonly [id: string, entry: Entry])[];
  /** The last event that was folded; undefined when none was. */
  readonly last: Pick<StoredEvent, 'stream' | 'revision' | 'id'> | undefined;
}

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
  /** Goes on from here; from the ledger's start unless given. */
  readonly begun?: FoldedEntries<Entry> | undefined;
}

interface Target {
  readonly id: string;
  readonly revision: number;
  readonly reached: () => void;
  readonly failed: (error: Error) => void;
}

/** Every entry, in memory, by the id in its stream's name. Follows until closed. */
export class FollowedEntries<Entry extends { readonly revision: number }, Event> {
  private readonly known: Map<string, Entry>;
  private readonly listeners = new Set<(changed: readonly Entry[]) => void>();
  private readonly stop = new AbortController();
  private readonly done: Promise<void>;
  private waiting: Target[] = [];
  private checkpoint: Checkpoint;
  private last: FoldedEntries<Entry>['last'];
  private fault: Error | undefined;

  constructor(private readonly options: FollowEntries<Entry, Event>) {
    const { begun } = options;
    this.known = new Map(begun?.entries);
    this.checkpoint = begun?.checkpoint ?? 'start';
    this.last = begun?.last;
    this.done = this.run();
  }

  get size(): number {
    return this.known.size;
  }

  get(id: string): Entry | undefined {
    return this.known.get(id);
  }

  /** What is folded by now. */
  get folded(): FoldedEntries<Entry> {
    return { checkpoint: this.checkpoint, entries: [...this.known], last: this.last };
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

  /** The last stored beyond what is folded. Where there is none, the place that was looked up to is where the next look begins. */
  private async lastStored(): Promise<StoredEvent | undefined> {
    const from = this.checkpoint;
    const probe = new AbortController();
    let last: StoredEvent | undefined;
    try {
      for await (const batch of this.options.store.follow(
        { prefix: this.options.prefix },
        from,
        probe.signal,
      )) {
        last = batch.events.at(-1) ?? last;
        if (!batch.caughtUp) continue;
        if (last === undefined && this.checkpoint === from) this.checkpoint = batch.checkpoint;
        break;
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
        this.checkpoint,
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
      this.last = { stream: stored.stream, revision: stored.revision, id: stored.id };
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
