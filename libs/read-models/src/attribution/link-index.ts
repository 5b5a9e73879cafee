import { decodeJson, encodeJson } from '@flightdeck/contracts';
import type { ReadModelStore, RowWrite } from '../read-model-store.js';
import { LinkTable } from './link-table.js';
import { bytesOf, numbersOf, sortable } from './float-rows.js';
import { type Link, LINK_BITS } from '../ad-fact/link.js';

/** Entries in memory before they are sorted into a segment of the store (24 bytes each). */
export const SEGMENT_ENTRIES = 2 ** 18;
/** Rows of one segment; a look-up reads one of them. */
const CHUNKS = 2048;
/** Entries of one link looked at, newest first: a bot's million views cost no more than this. */
const CHAIN_MAX = 4_096;
const LOAD_PAGE = 10_000;
/** Segments belong to no partition. */
const NO_PARTITION = 0xffff;
const ENTRY = 3;

interface Segment {
  readonly number: number;
  readonly oldestAtMs: number;
  readonly newestAtMs: number;
  /** Arrival of its newest entry: when it can be dropped. */
  readonly arrivedMs: number;
}

/**
 * Which events offered a link, and when: a log-structured multimap. An entry costs one small append; only look-ups of entries
 * no longer in memory read the store, one row per segment. Segments go as a whole once everything in them is too old to matter.
 */
export class LinkIndex {
  private heads = new LinkTable();
  private entries = new Float64Array(ENTRY * 1024);
  private next = new Int32Array(1024);
  private count = 0;
  private arrivedMs = -Infinity;
  private segments: Segment[] = [];
  private segmentsMade = 0;
  private readonly unwritten = new Map<number, number[]>();
  private readonly logged: { readonly partition: number; readonly revision: number; readonly key: string }[] =
    [];
  private readonly chunks = new Map<string, Float64Array>();
  private readonly wanted = new Set<string>();

  constructor(
    private readonly table: string,
    private readonly segmentEntries = SEGMENT_ENTRIES,
  ) {}

  /** Remembers that the event at `revision` offered `link`; `mark` is handed back by {@link find}. */
  add(partition: number, link: Link, atMs: number, mark: 0 | 1, revision: number, arrivedMs: number): void {
    this.insert(link, atMs * 2 + mark, revision);
    this.arrivedMs = Math.max(this.arrivedMs, arrivedMs);
    const log = this.unwritten.get(partition);
    if (log === undefined) this.unwritten.set(partition, [link, atMs * 2 + mark, revision, arrivedMs]);
    else log.push(link, atMs * 2 + mark, revision, arrivedMs);
  }

  /** Announces a look-up, so that {@link fetch} can read what it needs. */
  want(link: Link, fromMs: number, toMs: number): void {
    for (const segment of this.segments) {
      if (segment.newestAtMs < fromMs || segment.oldestAtMs > toMs) continue;
      const key = chunkKey(segment.number, chunkOf(link));
      if (!this.chunks.has(key)) this.wanted.add(key);
    }
  }

  async fetch(store: ReadModelStore): Promise<void> {
    if (this.wanted.size === 0) return;
    const keys = [...this.wanted];
    this.wanted.clear();
    const rows = await store.load(this.table, keys);
    keys.forEach((key, i) => this.chunks.set(key, numbersOf(rows[i]?.value ?? new Uint8Array())));
  }

  /**
   * Calls `visit` with each entry of `link` between the times (inclusive) that came before `beforeRevision`, until it answers true.
   * What is not in memory must have been announced with {@link want} and fetched.
   */
  find(
    link: Link,
    fromMs: number,
    toMs: number,
    beforeRevision: number,
    visit: (atMs: number, mark: number) => boolean,
  ): boolean {
    const seen = (value: number, revision: number): boolean => {
      const atMs = Math.floor(value / 2);
      return revision < beforeRevision && atMs >= fromMs && atMs <= toMs && visit(atMs, value - atMs * 2);
    };
    let walked = 0;
    for (let i = this.heads.get(link); i >= 0 && walked < CHAIN_MAX; i = this.next[i] ?? -1, walked++) {
      if (seen(this.entries[i * ENTRY + 1] ?? 0, this.entries[i * ENTRY + 2] ?? 0)) return true;
    }
    for (const segment of this.segments) {
      const chunk = this.chunks.get(chunkKey(segment.number, chunkOf(link)));
      if (chunk === undefined) continue;
      for (let at = 0; at < chunk.length; at += ENTRY) {
        if (chunk[at] === link && seen(chunk[at + 1] ?? 0, chunk[at + 2] ?? 0)) return true;
      }
    }
    return false;
  }

  /** The rows that make everything added so far durable, once those of the last time are; full memory becomes a segment, segments that arrived before `dropBeforeMs` go. */
  takeWrites(dropBeforeMs: number): RowWrite[] {
    const writes: RowWrite[] = [];
    this.chunks.clear();
    for (const [partition, entries] of this.unwritten) writes.push(this.logRow(partition, entries));
    this.unwritten.clear();
    if (this.count >= this.segmentEntries) writes.push(...this.seal());
    const stale = this.segments.filter((segment) => segment.arrivedMs < dropBeforeMs);
    for (const segment of stale) writes.push(...this.removal(segment));
    return writes;
  }

  /** Reads back what {@link takeWrites} made durable. */
  async load(store: ReadModelStore): Promise<void> {
    this.clear();
    const [manifest] = await store.load(this.table, [MANIFEST]);
    if (manifest !== undefined) {
      this.segments = decodeJson<Segment[]>(manifest.value);
      this.segmentsMade = manifest.revision;
    }
    for (let from = LOG; ;) {
      const rows = await store.range(this.table, { from, to: LOG_END, max: LOAD_PAGE });
      for (const { key, partition, revision, value } of rows) {
        const numbers = numbersOf(value);
        for (let at = 0; at < numbers.length; at += ENTRY + 1) {
          this.insert(numbers[at] ?? 0, numbers[at + 1] ?? 0, numbers[at + 2] ?? 0);
          this.arrivedMs = Math.max(this.arrivedMs, numbers[at + 3] ?? 0);
        }
        this.logged.push({ key, partition, revision });
      }
      const last = rows.at(-1);
      if (last === undefined || rows.length < LOAD_PAGE) return;
      from = `${last.key}0`;
    }
  }

  private clear(): void {
    this.empty();
    this.segments = [];
    this.segmentsMade = 0;
    this.unwritten.clear();
    this.logged.length = 0;
    this.chunks.clear();
    this.wanted.clear();
  }

  private empty(): void {
    this.heads = new LinkTable();
    this.count = 0;
    this.arrivedMs = -Infinity;
  }

  private insert(link: Link, value: number, revision: number): void {
    if (this.count === this.next.length) this.grow();
    const i = this.count++;
    this.entries[i * ENTRY] = link;
    this.entries[i * ENTRY + 1] = value;
    this.entries[i * ENTRY + 2] = revision;
    this.next[i] = this.heads.set(link, i);
  }

  private grow(): void {
    const entries = new Float64Array(this.entries.length * 2);
    entries.set(this.entries);
    this.entries = entries;
    const next = new Int32Array(this.next.length * 2);
    next.set(this.next);
    this.next = next;
  }

  private logRow(partition: number, entries: readonly number[]): RowWrite {
    const revision = entries[entries.length - 2] ?? 0;
    const key = `${LOG}${sortable(partition)}/${sortable(revision)}`;
    this.logged.push({ key, partition, revision });
    return { table: this.table, key, partition, revision, value: bytesOf(entries) };
  }

  /** Links are evenly spread, so their leading bits make chunks of about one size without sorting. */
  private seal(): RowWrite[] {
    const byChunk = Array.from({ length: CHUNKS }, (): number[] => []);
    let oldestAtMs = Infinity;
    let newestAtMs = -Infinity;
    for (let at = 0; at < this.count * ENTRY; at += ENTRY) {
      const link = this.entries[at] ?? 0;
      const value = this.entries[at + 1] ?? 0;
      byChunk[chunkOf(link)]?.push(link, value, this.entries[at + 2] ?? 0);
      oldestAtMs = Math.min(oldestAtMs, Math.floor(value / 2));
      newestAtMs = Math.max(newestAtMs, Math.floor(value / 2));
    }
    const number = ++this.segmentsMade;
    this.segments.unshift({ number, oldestAtMs, newestAtMs, arrivedMs: this.arrivedMs });
    const writes: RowWrite[] = [];
    byChunk.forEach((entries, chunk) => {
      const key = chunkKey(number, chunk);
      // Look-ups find it here until the commit that writes it is done.
      this.chunks.set(key, Float64Array.from(entries));
      if (entries.length > 0) writes.push(this.own(key, number, bytesOf(entries)));
    });
    writes.push(this.manifest());
    for (const { key, partition, revision } of this.logged.splice(0)) {
      writes.push({ table: this.table, key, partition, revision: revision + REMOVAL, value: null });
    }
    this.empty();
    return writes;
  }

  private removal(segment: Segment): RowWrite[] {
    this.segments = this.segments.filter((kept) => kept !== segment);
    this.segmentsMade += 1;
    const chunks = Array.from({ length: CHUNKS }, (_, chunk) =>
      this.own(chunkKey(segment.number, chunk), segment.number + REMOVAL, null),
    );
    return [this.manifest(), ...chunks];
  }

  private manifest(): RowWrite {
    return this.own(MANIFEST, this.segmentsMade, encodeJson(this.segments));
  }

  private own(key: string, revision: number, value: Uint8Array | null): RowWrite {
    return { table: this.table, key, partition: NO_PARTITION, revision, value };
  }
}

const MANIFEST = 'manifest';
const LOG = 'log/';
const LOG_END = 'log0';
/** A removal comes after what it removes. */
const REMOVAL = 0.5;

function chunkOf(link: Link): number {
  return Math.floor((link / 2 ** LINK_BITS) * CHUNKS);
}

function chunkKey(segment: number, chunk: number): string {
  return `segment/${sortable(segment)}/${chunk}`;
}
