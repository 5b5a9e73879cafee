import { AppendTooLarge, type EventStore, type NewEvent } from '@flightdeck/event-store';
import { appendSurely } from '../append/append-surely.js';
import type { DedupeIndex } from '../dedupe/dedupe-index.js';
import { DamagedGeneration } from '../dedupe/generation.js';
import { HASH_WORDS, ID_WORDS } from '../dedupe/id-table.js';
import { LedgerBusy } from '../ledger.js';
import { OUTCOME, type PartitionOutcome, type PreparedEvents } from '../prepared-events.js';
import { nextGroup, type Group } from './group.js';
import type { WriterLimits } from './limits.js';
import { checkPrepared, Queued } from './queued.js';
import { Rate } from './rate.js';
import { QueuedEvent } from './queued-event.js';

/** An event whose id is known with another payload. */
export interface Conflict {
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
  /** UUID of the stored event. */
  readonly id: string;
}

export interface StreamWriterOptions {
  readonly store: EventStore;
  readonly stream: string;
  readonly index: DedupeIndex;
  /** Names of the stored events by type number. */
  readonly typeNames: readonly string[];
  /** Makes conflicts durable elsewhere; the batch is not answered before. */
  readonly onConflicts: (conflicts: readonly Conflict[]) => Promise<void>;
  /** Books the data of events that are known already; the batch is not answered before. Without it they are only counted. */
  readonly onDuplicates?: (duplicates: readonly Uint8Array[]) => Promise<void>;
  readonly limits: WriterLimits;
}

export interface AppendOptions {
  readonly acceptFromMs?: number;
  /** For callers that wait for each batch before the next and hold what they bring in memory anyway. */
  readonly evenWhenFull?: boolean;
}

export interface WriterCounts {
  appended: number;
  duplicates: number;
  conflicts: number;
  lostRaces: number;
}

/**
 * The only writer of a stream in this process. Batches wait in a queue; what waits goes into one append (group commit), and one
 * append is in flight at a time. Each is filtered through the index and appended at exactly the revision up to which the index
 * is exact, so that it succeeds only against the very history that it was filtered with.
 */
export class StreamWriter {
  readonly counts: WriterCounts = { appended: 0, duplicates: 0, conflicts: 0, lostRaces: 0 };
  private readonly queue = new Set<Queued>();
  private readonly rate = new Rate();
  private queuedEvents = 0;
  private queuedBytes = 0;
  private running: Promise<void> | undefined;
  private closed = false;
  /** Settled between two groups, all at once. */
  private refreshes: { readonly resolve: () => void; readonly reject: (fault: unknown) => void }[] = [];
  /** The outcome of an append is unknown: the ledger is asked before anything else is filtered. */
  private inDoubt = false;

  constructor(private readonly options: StreamWriterOptions) {}

  /** Events waiting. */
  get depth(): number {
    return this.queuedEvents;
  }

  /** Resolves once all events of the batch are durable or known. @throws {LedgerBusy} */
  append(
    events: PreparedEvents,
    { acceptFromMs = Infinity, evenWhenFull = false }: AppendOptions = {},
  ): Promise<PartitionOutcome> {
    if (this.closed) return Promise.reject(new Error(`The writer of ${this.options.stream} is closed.`));
    checkPrepared(events);
    if (events.count === 0) {
      return Promise.resolve({ accepted: 0, duplicates: 0, conflicts: 0, outcomes: new Uint8Array(0) });
    }
    const { queueEventsMax, queueBytesMax } = this.options.limits;
    const over =
      this.queuedEvents + events.count > queueEventsMax ||
      this.queuedBytes + events.bodies.length > queueBytesMax;
    if (over && !evenWhenFull && this.queue.size > 0)
      return Promise.reject(new LedgerBusy(this.rate.msFor(this.queuedEvents)));
    this.queuedEvents += events.count;
    this.queuedBytes += events.bodies.length;
    return new Promise((resolve, reject) => {
      this.queue.add(new Queued(events, acceptFromMs, resolve, reject));
      this.running ??= this.run();
    });
  }

  /** Brings the index up to the ledger, between two groups, and has it written. @throws when the ledger cannot be read. */
  refresh(): Promise<void> {
    if (this.closed) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.refreshes.push({ resolve, reject });
      this.running ??= this.run();
    });
  }

  /** Refuses new batches and settles those that wait. */
  async close(): Promise<void> {
    this.closed = true;
    await this.running;
  }

  private async run(): Promise<void> {
    await Promise.resolve(); // whatever else is appended in this turn goes into the same group
    while (this.queue.size > 0 || this.refreshes.length > 0) {
      if (this.refreshes.length > 0) await this.refreshIndex();
      if (this.queue.size === 0) continue;
      const groupBytesMax = this.groupBytesMax();
      const group = nextGroup(this.queue, { ...this.options.limits, groupBytesMax });
      try {
        await this.write(group);
        this.settle(group);
      } catch (fault) {
        // The store has told its real limit: nothing was written, and the same events go in smaller groups.
        if (fault instanceof AppendTooLarge && this.groupBytesMax() < groupBytesMax)
          this.options.index.rollback();
        else this.fail(group, fault);
      }
    }
    this.running = undefined;
  }

  private async refreshIndex(): Promise<void> {
    const { index } = this.options;
    const waiting = this.refreshes.splice(0);
    const fail = (fault: unknown): void => waiting.forEach(({ reject }) => reject(fault));
    try {
      await index.settle();
      await index.catchUp();
      // The next group does not wait for the disk.
      void index.publish().then(() => waiting.forEach(({ resolve }) => resolve()), fail);
    } catch (fault) {
      fail(fault);
    }
  }

  private groupBytesMax(): number {
    return Math.min(this.options.limits.groupBytesMax, this.options.store.appendBytesMax ?? Infinity);
  }

  private async write(group: Group): Promise<void> {
    const { index, limits, store, stream } = this.options;
    for (let attempt = 1; attempt <= limits.attemptsMax; attempt++) {
      await index.settle();
      if (this.inDoubt) await index.catchUp();
      this.inDoubt = false;
      await index.cover(group.acceptFromMs);
      const events = await this.filter(group);
      if (events === undefined) continue;
      if (events.length === 0) return this.tellOthers(group);
      const { head } = index;
      const result = await appendSurely(store, stream, events, head < 0 ? 'no-stream' : head);
      // Repeated: by an earlier try of ours, or by another writer, perhaps with another payload. The ledger is asked which.
      if (result.ok && result.repeated !== true) {
        index.commit(head + events.length);
        return this.tellOthers(group);
      }
      this.counts.lostRaces++;
      index.rollback();
      await index.catchUp();
    }
    throw new Error(`${stream} changed under ${limits.attemptsMax} attempts to append to it.`);
  }

  /** Stages what is new and says it; undefined when a damaged file of the index had to be rebuilt first. */
  private async filter(group: Group): Promise<readonly NewEvent[] | undefined> {
    const { index } = this.options;
    index.reserve(group.count);
    try {
      return this.stage(group);
    } catch (fault) {
      if (!(fault instanceof DamagedGeneration)) throw fault;
      index.rollback();
      await index.distrust(fault);
      return undefined;
    }
  }

  private stage(group: Group): readonly NewEvent[] {
    const { index, typeNames } = this.options;
    const events: NewEvent[] = [];
    for (const { queued, from, to } of group.shares) {
      const { ids, hashes, outcomes } = queued;
      for (let i = from; i < to; i++) {
        const found = index.stage(ids, i * ID_WORDS, hashes, i * HASH_WORDS);
        outcomes[i] = found;
        if (found !== OUTCOME.accepted) continue;
        events.push(new QueuedEvent(queued, i, typeNames[queued.events.types[i] ?? 0] ?? ''));
      }
    }
    return events;
  }

  /** What was not appended is durable elsewhere before it is answered. */
  private async tellOthers(group: Group): Promise<void> {
    const { onConflicts, onDuplicates } = this.options;
    const conflicts = found(group, OUTCOME.conflict);
    const duplicates = onDuplicates === undefined ? [] : found(group, OUTCOME.duplicate);
    await Promise.all([
      conflicts.length > 0 ? onConflicts(conflicts) : undefined,
      duplicates.length > 0 ? onDuplicates?.(duplicates.map(({ data }) => data)) : undefined,
    ]);
  }

  private settle({ shares, count }: Group): void {
    this.rate.add(count);
    for (const { queued, from, to } of shares) {
      for (let i = from; i < to; i++) {
        const outcome = queued.outcomes[i];
        if (outcome === OUTCOME.accepted) this.counts.appended++;
        else if (outcome === OUTCOME.duplicate) this.counts.duplicates++;
        else this.counts.conflicts++;
      }
      this.queuedEvents -= to - from;
      if (to === queued.events.count) this.remove(queued);
      queued.settle(to);
    }
  }

  private fail({ shares }: Group, fault: unknown): void {
    this.options.index.rollback();
    this.inDoubt = true;
    for (const { queued } of shares) {
      this.queuedEvents -= queued.left;
      this.remove(queued);
      queued.reject(fault);
    }
  }

  private remove(queued: Queued): void {
    this.queue.delete(queued);
    this.queuedBytes -= queued.events.bodies.length;
  }
}

function found({ shares }: Group, outcome: number): readonly QueuedEvent[] {
  const events: QueuedEvent[] = [];
  for (const { queued, from, to } of shares) {
    for (let i = queued.outcomes.indexOf(outcome, from); i >= 0 && i < to;) {
      events.push(new QueuedEvent(queued, i, ''));
      i = queued.outcomes.indexOf(outcome, i + 1);
    }
  }
  return events;
}
