import type { PlacedAppendResult, Expected, NewEvent, Revision } from '../../event-store.js';
import { packAppend, type WaitingAppend } from './append-queue.js';
import type { Chunk } from './frame.js';
import type { Heads } from './heads.js';
import type { Limits } from './limits.js';

/** What the appender stands on: the log, and what to do with what has become durable or has failed. */
export interface AppenderParts {
  readonly heads: Heads;
  readonly limits: Limits;
  readonly clock: () => number;
  /** Position of the next event and time of the last. */
  readonly end: number;
  readonly recordedAtMs: number;
  readonly commit: (chunks: readonly Chunk[]) => Promise<void>;
  /** The stored chunk that holds the revision. */
  readonly chunkOf: (stream: string, revision: Revision) => Chunk | undefined;
  readonly onDurable: (chunks: readonly Chunk[]) => void;
  readonly onFatal: (error: Error) => void;
}

/** Too many appends wait for a commit. Nothing was written; try again. */
export class AppendQueueFull extends Error {
  override readonly name = 'AppendQueueFull';
}

/** Group commit: while one group is being made durable, the next one gathers. Expected revisions are checked in queue order. */
export class Appender {
  private queue: WaitingAppend[] = [];
  private queueBytes = 0;
  private committing: Promise<void> | undefined;
  private failure: Error | undefined;
  private closed = false;
  private end: number;
  private recordedAtMs: number;

  constructor(private readonly parts: AppenderParts) {
    this.end = parts.end;
    this.recordedAtMs = parts.recordedAtMs;
  }

  /** Packs the events at once: the caller may reuse their memory as soon as this returns. */
  append(stream: string, events: readonly NewEvent[], expected: Expected): Promise<PlacedAppendResult> {
    if (this.failure !== undefined) throw outcomeUnknown(this.failure);
    if (this.closed) throw new Error('The event store is closed.');
    const { limits } = this.parts;
    if (this.queue.length >= limits.queueAppendsMax || this.queueBytes >= limits.queueBytesMax)
      throw new AppendQueueFull(
        `${this.queue.length} appends of ${this.queueBytes} bytes wait for a commit.`,
      );
    const chunks = packAppend(stream, events, expected, limits);
    const bytes = chunks.reduce((sum, chunk) => sum + chunk.frame.length, 0);
    return new Promise((resolve, reject) => {
      this.queue.push({ stream, expected, chunks, events: events.length, bytes, resolve, reject });
      this.queueBytes += bytes;
      // The next turn of the event loop, so that what arrives in this one shares a commit.
      this.committing ??= new Promise<void>((turn) => setImmediate(turn)).then(() => this.run());
    });
  }

  /** Settles what waits and refuses what comes. */
  async close(): Promise<void> {
    this.closed = true;
    await this.committing;
  }

  private async run(): Promise<void> {
    while (this.queue.length > 0 && this.failure === undefined) await this.commitGroup(this.takeGroup());
    this.committing = undefined;
  }

  private takeGroup(): readonly WaitingAppend[] {
    const { groupAppendsMax, groupBytesMax } = this.parts.limits;
    let bytes = 0;
    let count = 0;
    for (const append of this.queue) {
      if (count > 0 && (count >= groupAppendsMax || bytes + append.bytes > groupBytesMax)) break;
      bytes += append.bytes;
      count++;
    }
    this.queueBytes -= bytes;
    const group = this.queue;
    this.queue = group.splice(count);
    return group;
  }

  private async commitGroup(group: readonly WaitingAppend[]): Promise<void> {
    const chunks: Chunk[] = [];
    try {
      this.recordedAtMs = Math.max(this.recordedAtMs, Math.floor(this.parts.clock()));
      const results = group.map((append) => this.admit(append, chunks));
      if (chunks.length > 0) {
        await this.parts.commit(chunks);
        this.parts.onDurable(chunks);
      }
      // A lost race is told only now, too: the event that won it may be in this very commit.
      group.forEach((append, i) => append.resolve(results[i] as PlacedAppendResult));
    } catch (error) {
      this.fail(error instanceof Error ? error : new Error(String(error)), group);
    }
  }

  /** Decides one append against the head that those before it leave, and places its chunks after theirs. */
  private admit(append: WaitingAppend, group: Chunk[]): PlacedAppendResult {
    const { heads } = this.parts;
    const head = heads.get(append.stream);
    const expected = append.expected === 'no-stream' ? -1 : append.expected;
    if (typeof expected === 'number' && expected < head && this.isStored(append, expected + 1, head, group))
      return { ok: true, revision: expected + append.events, repeated: true };
    if (expected === 'stream-exists' ? head === -1 : expected !== 'any' && expected !== head)
      return { ok: false, actual: head === -1 ? 'no-stream' : head };
    let revision = head + 1;
    for (const chunk of append.chunks) {
      chunk.place(this.end, revision, this.recordedAtMs);
      revision += chunk.count;
      this.end += chunk.count;
      group.push(chunk);
    }
    heads.set(append.stream, revision - 1);
    return { ok: true, revision: revision - 1, position: this.end - 1 };
  }

  /** Whether the very events of this append already stand from `revision` on: a retry whose first try was written. */
  private isStored(
    append: WaitingAppend,
    revision: Revision,
    head: Revision,
    group: readonly Chunk[],
  ): boolean {
    if (revision + append.events - 1 > head) return false;
    let stored: Chunk | undefined;
    for (const chunk of append.chunks) {
      for (let i = 0; i < chunk.count; i++, revision++) {
        if (stored === undefined || revision >= stored.firstRevision + stored.count)
          stored = this.parts.chunkOf(append.stream, revision);
        if (stored === undefined || revision >= stored.firstRevision + stored.count)
          stored = group.find(
            (other) =>
              other.stream === append.stream &&
              other.firstRevision <= revision &&
              revision < other.firstRevision + other.count,
          );
        if (!stored?.hasIdOf(revision - stored.firstRevision, chunk, i)) return false;
      }
    }
    return true;
  }

  private fail(error: Error, group: readonly WaitingAppend[]): void {
    this.failure = error;
    this.parts.onFatal(error);
    // Reached only when onFatal lets the process live: nobody may take the outcome for known.
    for (const append of [...group, ...this.queue]) append.reject(outcomeUnknown(error));
    this.queue = [];
  }
}

function outcomeUnknown(cause: Error): Error {
  return new Error('The event store has failed; whether the events were written is unknown.', { cause });
}
