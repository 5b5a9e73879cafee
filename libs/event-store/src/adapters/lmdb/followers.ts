import { setMaxListeners } from 'node:events';
import type { Checkpoint, PlacedBatch, Selector } from '../../event-store.js';
import type { ChunkLog } from './chunk-log.js';
import { FollowSource } from './follow-source.js';
import type { Chunk } from './frame.js';
import type { Limits } from './limits.js';
import type { Tail } from './tail.js';

/** A follower that has read everything, asleep until something it selects is stored. */
interface Sleeper {
  readonly source: FollowSource;
  readonly wake: () => void;
}

/** A checkpoint is the decimal count of the events that stand before the next one, in all streams. */
const CHECKPOINT = /^(?:0|[1-9][0-9]{0,15})$/;

/** All followers of the store. A slow one holds nobody up: each reads at its own pace, and only its own place is kept for it. */
export class Followers {
  private readonly sleepers = new Set<Sleeper>();
  private following = 0;
  private failure: Error | undefined;

  constructor(
    private readonly log: ChunkLog,
    private readonly tail: Tail,
    private readonly limits: Limits,
  ) {}

  async *follow(
    selector: Selector,
    from: Checkpoint,
    signal: AbortSignal,
  ): AsyncGenerator<PlacedBatch, void, undefined> {
    const source = new FollowSource(
      selector,
      positionOf(from, this.tail.end),
      this.log,
      this.tail,
      this.limits,
    );
    if (this.following >= this.limits.followersMax)
      throw new Error(`The event store has ${this.following} followers.`);
    this.following++;
    // Hundreds of followers may share one signal; each listens at most once and Node would take them for a leak.
    setMaxListeners(0, signal);
    try {
      let caughtUp = false;
      while (!signal.aborted) {
        if (this.failure !== undefined) throw this.failure;
        const events = source.next();
        const hadCaughtUp = caughtUp;
        caughtUp = source.position >= this.tail.end;
        if (events.length > 0 || (caughtUp && !hadCaughtUp))
          yield { events, checkpoint: String(source.position), caughtUp };
        if (!caughtUp) await turn();
        else if (source.position >= this.tail.end) await this.sleep(source, signal);
      }
    } finally {
      this.following--;
    }
  }

  /** Wakes those who select one of these new chunks. */
  wake(chunks: readonly Chunk[]): void {
    const start = chunks[0]?.position ?? 0;
    for (const sleeper of this.sleepers) {
      if (!chunks.some((chunk) => sleeper.source.matches(chunk.stream))) continue;
      // What was stored while it slept was not for it.
      sleeper.source.position = Math.max(sleeper.source.position, start);
      sleeper.wake();
    }
  }

  /** Ends every follower with an error: the store is closed or has failed. */
  fail(error: Error): void {
    this.failure = error;
    for (const sleeper of this.sleepers) sleeper.wake();
  }

  private sleep(source: FollowSource, signal: AbortSignal): Promise<void> {
    if (signal.aborted || this.failure !== undefined) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        this.sleepers.delete(sleeper);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const sleeper = { source, wake };
      this.sleepers.add(sleeper);
      signal.addEventListener('abort', wake);
    });
  }
}

/** The position that a checkpoint names. @throws {TypeError} when it is none; {RangeError} when it is past the `end` of the store. */
export function positionOf(from: Checkpoint, end: number): number {
  if (from === 'start') return 0;
  if (!CHECKPOINT.test(from))
    throw new TypeError(`${JSON.stringify(from)} is not a checkpoint of this event store.`);
  const position = Number(from);
  // A reader that is ahead of the ledger has folded what was never stored; going on would hide it.
  if (position > end) throw new RangeError(`Checkpoint ${from} is past the end of the event store (${end}).`);
  return position;
}

/** Lets timers and sockets have their turn between the batches of a long catch-up. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
