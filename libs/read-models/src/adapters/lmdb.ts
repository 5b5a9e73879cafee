import { mkdirSync } from 'node:fs';
import { type Database, open, type RootDatabase, TransactionFlags } from 'lmdb';
import type {
  CommitResult,
  RangeQuery,
  ReadModelCommit,
  ReadModelStore,
  Row,
  RowWrite,
  Writer,
} from '../read-model-store.js';

/** The most projections one store can hold. */
const TABLES_MAX = 64;
/** Commits are atomic at once and on disk within this time. A power cut loses at most so much, and the fold repeats it. */
const FLUSH_AFTER_MS = 500;
const META_TABLE = 'meta';
const WRITER_KEY = 'writer';
const FLUSH_KEY = 'flush';
const CHECKPOINT_PREFIX = 'checkpoint/';
/** Partition (u32) and revision (f64), little-endian, in front of every value. */
const HEADER_BYTES = 12;
/** Nothing of a commit stays when one of its writes fails, and the caller does not wait for the disk. */
const ATOMIC_UNFLUSHED = (TransactionFlags.ABORTABLE | TransactionFlags.NO_SYNC_FLUSH) as TransactionFlags;

/** Read models in an LMDB directory, which is created when missing. Rows and checkpoints of a commit are one transaction. */
export function lmdbReadModels(directory: string): ReadModelStore {
  mkdirSync(directory, { recursive: true });
  return new LmdbReadModels(open({ path: directory, maxDbs: TABLES_MAX, encoding: 'binary' }));
}

/**
 * Copies read models to an empty directory, as they are at one moment, while whoever writes them goes on. `from` may belong to
 * another process.
 */
export async function copyLmdbReadModels(from: string, to: string): Promise<void> {
  mkdirSync(to, { recursive: true });
  const root = open({ path: from, maxDbs: TABLES_MAX, encoding: 'binary' });
  try {
    await root.backup(to, false);
  } finally {
    await root.close();
  }
}

class LmdbReadModels implements ReadModelStore {
  private readonly meta: Database<string, string>;
  private readonly tables = new Map<string, Database<Buffer, string>>();
  private flushing: Promise<unknown> | undefined;
  private flushedAtMs = 0;
  private fault: unknown;

  constructor(private readonly root: RootDatabase<Buffer, string>) {
    this.meta = root.openDB<string, string>(META_TABLE, { encoding: 'string' });
  }

  async takeOver(): Promise<Writer> {
    return this.root.transactionSync(() => {
      const writer = Number(this.meta.get(WRITER_KEY) ?? '0') + 1;
      this.meta.putSync(WRITER_KEY, String(writer));
      return writer;
    });
  }

  async commit(writer: Writer, commit: ReadModelCommit): Promise<CommitResult> {
    if (this.fault !== undefined)
      throw new Error('The read models could not be flushed.', { cause: this.fault });
    const tables = commit.rows.map((row) => this.table(row.table));
    const result = this.root.transactionSync<CommitResult>(() => {
      if (this.meta.get(WRITER_KEY) !== String(writer)) return { ok: false, reason: 'fenced' };
      let seen = 0;
      commit.rows.forEach((row, i) => {
        if (!write(tables[i], row)) seen += 1;
      });
      for (const [source, checkpoint] of Object.entries(commit.checkpoints)) {
        this.meta.putSync(CHECKPOINT_PREFIX + source, checkpoint);
      }
      return { ok: true, seen };
    }, ATOMIC_UNFLUSHED);
    if (Date.now() - this.flushedAtMs >= FLUSH_AFTER_MS) this.flushSoon();
    return result;
  }

  async checkpoint(source: string): Promise<string | undefined> {
    return this.meta.get(CHECKPOINT_PREFIX + source);
  }

  load(table: string, keys: readonly string[]): readonly (Row | undefined)[] {
    const database = this.table(table);
    return keys.map((key) => {
      const stored = database.getBinary(key);
      return stored === undefined ? undefined : decode(key, stored);
    });
  }

  async range(table: string, { from, to, max, reverse = false }: RangeQuery): Promise<readonly Row[]> {
    const bounds = reverse
      ? { start: to, end: from, reverse, exclusiveStart: true, inclusiveEnd: true, limit: max }
      : { start: from, end: to, limit: max };
    return Array.from(this.table(table).getRange(bounds), ({ key, value }) => decode(key, value));
  }

  async close(): Promise<void> {
    if (this.fault === undefined) this.flushSoon();
    await this.flushing;
    await this.root.close();
  }

  private table(name: string): Database<Buffer, string> {
    let table = this.tables.get(name);
    if (table === undefined) {
      table = this.root.openDB<Buffer, string>(name, { encoding: 'binary' });
      this.tables.set(name, table);
    }
    return table;
  }

  /** Only an asynchronous write makes LMDB sync what was committed before it, off this thread. */
  private flushSoon(): void {
    this.flushedAtMs = Date.now();
    this.flushing ??= this.meta
      .put(FLUSH_KEY, String(this.flushedAtMs))
      .then(() => this.root.flushed)
      .catch((error: unknown) => (this.fault = error))
      .finally(() => (this.flushing = undefined));
  }
}

function write(table: Database<Buffer, string> | undefined, row: RowWrite): boolean {
  const stored = table?.getBinaryFast(row.key);
  if (stored !== undefined && revisionIn(stored, row) >= row.revision) return false;
  if (row.value === null) table?.removeSync(row.key);
  else table?.putSync(row.key, encode(row, row.value));
  return true;
}

function revisionIn(stored: Buffer, row: RowWrite): number {
  if (stored.readUInt32LE(0) !== row.partition) {
    throw new Error(
      `Row ${row.table}/${row.key} belongs to partition ${stored.readUInt32LE(0)}, not ${row.partition}.`,
    );
  }
  return stored.readDoubleLE(4);
}

function encode(row: RowWrite, value: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + value.byteLength);
  bytes.writeUInt32LE(row.partition, 0);
  bytes.writeDoubleLE(row.revision, 4);
  bytes.set(value, HEADER_BYTES);
  return bytes;
}

function decode(key: string, stored: Buffer): Row {
  return {
    key,
    partition: stored.readUInt32LE(0),
    revision: stored.readDoubleLE(4),
    value: stored.subarray(HEADER_BYTES),
  };
}
