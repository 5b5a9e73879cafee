import { open, type Database, type RootDatabase } from 'lmdb';
import type { Revision } from '../../event-store.js';
import { Chunk } from './frame.js';
import {
  categoryOf,
  chunkKey,
  indexKey,
  numberOfIndexKey,
  positionOfChunkKey,
  positionOfValue,
  positionValue,
  streamOfChunkKey,
} from './keys.js';
import { claim, release, type Owner } from './owner.js';

/** Address space for the map, not memory or disk: LMDB then never moves it while it is being read. */
const MAP_BYTES = 256 * 1024 ** 3;

/** Where a chunk stands. */
export interface Place {
  readonly position: number;
  readonly stream: string;
}

/** The commit was refused because another process has taken the directory over. */
export class OwnershipLost extends Error {
  override readonly name = 'OwnershipLost';
}

/** The stored chunks and their indexes: one LMDB environment. Shows only what is committed, and a commit is durable. */
export class ChunkLog {
  private failed = false;

  private readonly chunks: Database<Buffer, Buffer>;
  private readonly streams: Database<Buffer, Buffer>;
  private readonly categories: Database<Buffer, Buffer>;

  private constructor(
    private readonly root: RootDatabase<Buffer, string>,
    private readonly owners: Database<Owner, string>,
    /** Undefined for one who only reads. */
    private readonly owner: Owner | undefined,
  ) {
    const binary = { encoding: 'binary', keyEncoding: 'binary' } as const;
    this.chunks = root.openDB<Buffer, Buffer>('chunks', binary);
    this.streams = root.openDB<Buffer, Buffer>('streams', binary);
    this.categories = root.openDB<Buffer, Buffer>('categories', binary);
  }

  /** Opens or creates the log in `directory`. @throws {StoreInUse} when a live process owns it. */
  static async open(directory: string): Promise<ChunkLog> {
    return ChunkLog.with(openRoot(directory), (owners) => claim(owners, directory));
  }

  /** Opens the log in `directory` to read it, whoever owns it. */
  static async openToRead(directory: string): Promise<ChunkLog> {
    return ChunkLog.with(openRoot(directory), () => undefined);
  }

  private static async with(
    root: RootDatabase<Buffer, string>,
    ownerOf: (owners: Database<Owner, string>) => Owner | undefined,
  ): Promise<ChunkLog> {
    try {
      const owners = root.openDB<Owner, string>('owners', { encoding: 'json', useVersions: true });
      return new ChunkLog(root, owners, ownerOf(owners));
    } catch (error) {
      await root.close();
      throw error;
    }
  }

  /**
   * Writes all chunks in one transaction; resolves once it is durable. The transaction also proves that this process still owns
   * the directory. @throws whatever LMDB says; the outcome is then unknown.
   */
  async commit(chunks: readonly Chunk[]): Promise<void> {
    if (this.owner === undefined) throw new Error('This event store was opened to read only.');
    const committed = this.owners.ifVersion('owner', this.owner.epoch, () => {
      for (const chunk of chunks) {
        const position = positionValue(chunk.position);
        void this.chunks.put(chunkKey(chunk.position, chunk.stream), chunk.frame);
        void this.streams.put(indexKey(chunk.stream, chunk.firstRevision), position);
        void this.categories.put(
          indexKey(categoryOf(chunk.stream), chunk.position),
          Buffer.from(chunk.stream),
        );
      }
    });
    const isOwner = await committed.catch((error: unknown) => {
      this.failed = true;
      throw withReason(error);
    });
    if (!isOwner) throw new OwnershipLost('Another process has taken over the event store.');
  }

  /** The last chunk in the global order. @throws {CorruptChunk} */
  last(): Chunk | undefined {
    for (const key of this.chunks.getKeys({ reverse: true, limit: 1 })) return this.chunkAt(key);
    return undefined;
  }

  /** Position of the last chunk's first event. */
  lastPosition(): number | undefined {
    for (const key of this.chunks.getKeys({ reverse: true, limit: 1 })) return positionOfChunkKey(key);
    return undefined;
  }

  /** The revision of the stream's last event. */
  head(stream: string): Revision | undefined {
    const chunk = this.chunkOf(stream, Number.MAX_SAFE_INTEGER);
    return chunk === undefined ? undefined : chunk.firstRevision + chunk.count - 1;
  }

  /** The stream's chunk that holds `revision`, or its last chunk if the stream ends before; undefined if there is no stream. */
  chunkOf(stream: string, revision: Revision): Chunk | undefined {
    const place = this.floor(stream, revision);
    return place && this.read(place);
  }

  /** The chunk that holds the event at `position`, which must not be past the end. */
  chunkHolding(position: number): Place | undefined {
    const range = { start: chunkKey(position + 1, ''), reverse: true, limit: 1 };
    for (const key of this.chunks.getKeys(range))
      return { position: positionOfChunkKey(key), stream: streamOfChunkKey(key) };
    return undefined;
  }

  /** Places of the chunks that start at `position` or later, in global order. */
  *all(position: number, max: number): Iterable<Place> {
    for (const key of this.chunks.getKeys({ start: chunkKey(position, ''), limit: max }))
      yield { position: positionOfChunkKey(key), stream: streamOfChunkKey(key) };
  }

  /** The same, of one category's streams only. */
  *ofCategory(category: string, position: number, max: number): Iterable<Place> {
    const range = {
      start: indexKey(category, position),
      end: indexKey(category, Number.MAX_SAFE_INTEGER),
      limit: max,
    };
    for (const { key, value } of this.categories.getRange(range))
      yield { position: numberOfIndexKey(key), stream: value.toString('utf8') };
  }

  /** Places of one stream's chunks from the one that holds `revision` on. */
  *ofStream(stream: string, revision: Revision, max: number): Iterable<Place> {
    const holding = this.floor(stream, revision)?.revision ?? revision;
    const range = {
      start: indexKey(stream, holding),
      end: indexKey(stream, Number.MAX_SAFE_INTEGER),
      limit: max,
    };
    for (const { value } of this.streams.getRange(range)) yield { position: positionOfValue(value), stream };
  }

  /** The revision of the stream's first event at `position` or later. */
  revisionAt(stream: string, position: number): Revision {
    const holding = position > 0 ? this.chunkHolding(position) : undefined;
    if (holding?.stream === stream) {
      const chunk = this.read(holding);
      return chunk.firstRevision + Math.min(position - chunk.position, chunk.count);
    }
    let low = 0;
    let high = (this.head(stream) ?? -1) + 1;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const floor = this.floor(stream, middle);
      if (floor !== undefined && floor.position >= position) high = floor.revision;
      else low = middle + 1;
    }
    return low;
  }

  /** @throws {CorruptChunk} when it is not there or not what was written. */
  read(place: Place): Chunk {
    return this.chunkAt(chunkKey(place.position, place.stream));
  }

  async close(): Promise<void> {
    // LMDB answers no write after a failed commit, and the next owner finds this process dead.
    if (!this.failed && this.owner !== undefined) await release(this.owners, this.owner);
    await this.root.close();
  }

  private floor(stream: string, revision: Revision): (Place & { readonly revision: Revision }) | undefined {
    const range = {
      start: indexKey(stream, revision),
      end: indexKey(stream, 0),
      inclusiveEnd: true,
      reverse: true,
      limit: 1,
    };
    for (const { key, value } of this.streams.getRange(range))
      return { position: positionOfValue(value), stream, revision: numberOfIndexKey(key) };
    return undefined;
  }

  private chunkAt(key: Buffer): Chunk {
    // getBinary copies out of the map: what a follower keeps stays valid after the store is closed.
    return Chunk.read(this.chunks.getBinary(key) ?? Buffer.alloc(0), positionOfChunkKey(key));
  }
}

function openRoot(directory: string): RootDatabase<Buffer, string> {
  return open<Buffer, string>({
    path: directory,
    encoding: 'binary',
    mapSize: MAP_BYTES,
    noSubdir: false,
    // One commit is one fdatasync and one synchronous write of the meta page, and only then becomes visible. With LMDB-js's
    // overlapping sync a reader sees what is not yet durable, and a failed fsync leaves `flushed` unanswered for ever.
    overlappingSync: false,
    maxDbs: 8,
  });
}

/** LMDB-js keeps the reason in a promise of its own, whose rejection would end the process before anybody had said why. */
function withReason(error: unknown): Error {
  const failure = error instanceof Error ? error : new Error(String(error));
  const { commitError } = failure as Error & { readonly commitError?: Promise<never> };
  commitError?.catch((reason: unknown) => {
    failure.cause = reason;
  });
  return failure;
}
