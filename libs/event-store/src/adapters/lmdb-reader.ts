import type {
  Checkpoint,
  EventStore,
  PlacedBatch,
  PlacedEvent,
  ReadOptions,
  Revision,
  Selector,
} from '../event-store.js';
import { ChunkLog } from './lmdb/chunk-log.js';
import { FollowSource } from './lmdb/follow-source.js';
import { positionOf } from './lmdb/followers.js';
import { LIMITS } from './lmdb/limits.js';
import { readStream } from './lmdb/read-stream.js';
import { Tail } from './lmdb/tail.js';

/** How often one who has read everything looks for more. */
const POLL_MS = 20;

/** A store that can only be read and followed. */
export interface LedgerFollower extends Pick<EventStore, 'read' | 'follow'> {
  read(stream: string, from: Revision | 'start' | 'end', options: ReadOptions): AsyncIterable<PlacedEvent>;
  follow(selector: Selector, from: Checkpoint, signal: AbortSignal): AsyncIterable<PlacedBatch>;
  close(): Promise<void>;
}

/**
 * Follows the event store in `directory` from beside its owner, in another thread of the same process: reading costs the owner
 * nothing but the pages it shares. Sees what is durable, a moment later than the owner's own followers.
 */
export async function lmdbLedgerReader(directory: string): Promise<LedgerFollower> {
  const log = await ChunkLog.openToRead(directory);
  return {
    read: (stream, from, options) => readStream(log, stream, from, options),
    follow: (selector, from, signal) => follow(log, selector, from, signal),
    close: () => log.close(),
  };
}

async function* follow(
  log: ChunkLog,
  selector: Selector,
  from: Checkpoint,
  signal: AbortSignal,
): AsyncGenerator<PlacedBatch, void, undefined> {
  const end = endOf(log);
  const tail = new Tail(end(), 0);
  const source = new FollowSource(selector, positionOf(from, tail.end), log, tail, LIMITS);
  let caughtUp = false;
  while (!signal.aborted) {
    const events = source.next();
    const hadCaughtUp = caughtUp;
    caughtUp = source.position >= tail.end;
    if (events.length > 0 || (caughtUp && !hadCaughtUp))
      yield { events, checkpoint: String(source.position), caughtUp };
    await (caughtUp ? pause(signal) : turn());
    tail.end = end();
  }
}

/** Where the log ends. Its last chunk is read only when it is another than before: a stored chunk never changes. */
function endOf(log: ChunkLog): () => number {
  let position: number | undefined;
  let end = 0;
  return () => {
    const last = log.lastPosition();
    if (last === position) return end;
    position = last;
    return (end = log.last()?.end ?? 0);
  };
}

function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, POLL_MS);
    signal.addEventListener('abort', done);
  });
}

/** Lets LMDB give back its snapshot between the batches of a long catch-up. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
