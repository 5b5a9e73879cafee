import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { inspect } from 'node:util';
import type { ServableEventStore } from '../event-store.js';
import { Appender } from './lmdb/appender.js';
import { ChunkLog } from './lmdb/chunk-log.js';
import type { Chunk } from './lmdb/frame.js';
import { Followers } from './lmdb/followers.js';
import { Heads } from './lmdb/heads.js';
import { LIMITS, type Limits } from './lmdb/limits.js';
import { readAll } from './lmdb/read-all.js';
import { readStream } from './lmdb/read-stream.js';
import { Tail } from './lmdb/tail.js';

export { AppendQueueFull } from './lmdb/appender.js';
export { OwnershipLost } from './lmdb/chunk-log.js';
export { CorruptChunk } from './lmdb/frame.js';
export { StoreInUse } from './lmdb/owner.js';

export interface LmdbEventStoreOptions {
  /** Epoch milliseconds; recorded times never go back even if it does. */
  readonly clock?: () => number;
  /**
   * Called once when a commit has failed: what was written is unknown until the store is opened anew, so the process must end.
   * The default says why on standard error and exits with {@link EXIT_STORE_FAILED}. In a worker thread that ends only the thread.
   */
  readonly onFatal?: (error: Error) => void;
  readonly limits?: Partial<Limits>;
  /** Stands between the store and its commits, for tests of what happens when one fails. */
  readonly commit?: (
    chunks: readonly Chunk[],
    commit: (chunks: readonly Chunk[]) => Promise<void>,
  ) => Promise<void>;
}

/** EX_SOFTWARE of sysexits.h. */
export const EXIT_STORE_FAILED = 70;

/**
 * The event store in one LMDB environment in `directory`, which is made if need be and belongs to this process until closed.
 * @throws {StoreInUse} when another owner is alive.
 */
export async function lmdbEventStore(
  directory: string,
  options: LmdbEventStoreOptions = {},
): Promise<ServableEventStore> {
  const limits = { ...LIMITS, ...options.limits };
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const log = await ChunkLog.open(directory);
  const last = await lastOf(log);
  if (last === undefined) persistNames(directory);
  const tail = new Tail(last?.end ?? 0, limits.tailBytesMax);
  const followers = new Followers(log, tail, limits);
  const commit = (chunks: readonly Chunk[]): Promise<void> => log.commit(chunks);
  const { commit: around } = options;
  const appender = new Appender({
    heads: new Heads((stream) => log.head(stream), limits.headsMax),
    limits,
    clock: options.clock ?? Date.now,
    end: tail.end,
    recordedAtMs: last?.recordedAtMs ?? 0,
    commit: around === undefined ? commit : (chunks) => around(chunks, commit),
    chunkOf: (stream, revision) => log.chunkOf(stream, revision),
    onDurable: (chunks) => {
      tail.push(chunks);
      followers.wake(chunks);
    },
    onFatal: (error) => {
      followers.fail(error);
      (options.onFatal ?? exit)(error);
    },
  });
  let closing: Promise<void> | undefined;
  return {
    append: async (stream, events, expected) => {
      const result = await appender.append(stream, events, expected);
      if (!result.ok || result.repeated === true) return result;
      return { ok: true, revision: result.revision };
    },
    appendPlaced: async (stream, events, expected) => appender.append(stream, events, expected),
    get end() {
      return tail.end;
    },
    read: (stream, from, readOptions) => readStream(log, stream, from, readOptions),
    readAll: (from, readOptions) => readAll(log, tail.end, from, readOptions),
    checkpointOf: (position) => String(position),
    follow: (selector, from, signal) => followers.follow(selector, from, signal),
    close: () =>
      (closing ??= appender.close().then(() => {
        followers.fail(new Error('The event store is closed.'));
        return log.close();
      })),
  };
}

/** Lets go of the directory if what it holds cannot be read. */
async function lastOf(log: ChunkLog): Promise<Chunk | undefined> {
  try {
    return log.last();
  } catch (error) {
    await log.close();
    throw error;
  }
}

/** LMDB flushes its files but not the names that lead to them, which a power cut could take away from a new ledger. */
function persistNames(directory: string): void {
  if (process.platform === 'win32') return; // has no way to flush a directory
  for (const path of [directory, dirname(resolve(directory))]) {
    const descriptor = openSync(path, 'r');
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  }
}

function exit(error: Error): void {
  writeSync(2, `The event store cannot commit and ends the process: ${inspect(error)}\n`);
  process.exit(EXIT_STORE_FAILED);
}
