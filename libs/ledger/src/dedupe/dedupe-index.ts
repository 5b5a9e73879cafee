import type { EventStore } from '@flightdeck/event-store';
import { PAGE_EVENTS_MAX } from '../append/read-stream.js';
import type { FilePool } from './file-pool.js';
import { FRESH, Generation, type DamagedGeneration, type Found } from './generation.js';
import { fingerprint, filterHash } from './id-filter.js';
import { gaps } from './gaps.js';
import { IndexDirectory } from './index-directory.js';
import { LedgerReader } from './ledger-reader.js';
import { OpenPart } from './open-part.js';
import { INDEX_SIZES, type IndexSizes } from './sizes.js';

/** How far the clocks of producers, of this process and of the store may be apart, in milliseconds. */
export const CLOCK_SKEW_MS = 5 * 60_000;
/** How long a widened index stays wide after the last append that needed it, in milliseconds. */
export const WIDENED_HOLD_MS = 10 * 60_000;

export interface DedupeIndexOptions {
  readonly store: EventStore;
  readonly stream: string;
  readonly ledgerId: string;
  /** Place of this stream's index files. */
  readonly directory: string;
  /** How long an id is held by arrival, in milliseconds. */
  readonly horizonMs: number;
  readonly clock: () => number;
  readonly files: FilePool;
  readonly sizes?: Partial<IndexSizes>;
}

/**
 * Stored id → payload hash of one stream: a fold of the stream, exact up to `head`, which {@link catchUp} moves to the ledger's.
 *
 * The newest ids are in memory (the open part); older ones in generations, files that never change, each with fingerprints in
 * memory. Everything on disk is a cache: what is missing, damaged or of another ledger is read from the ledger again.
 *
 * Why there is no hole. The ids that can come again are those of events that would be accepted again. An event is accepted
 * only if it occurred at or after some time T: now − acceptance window (shorter than the horizon by more than the skew), or a
 * declared backfill's `acceptFromMs`. It cannot have arrived before it occurred, but for CLOCK_SKEW_MS (later ones are refused
 * as `in-the-future`). So every earlier copy of it arrived at or after T − CLOCK_SKEW_MS, and {@link cover} makes sure, before
 * anything is filtered, that every revision which arrived since then is in the index: by the store's own recorded times,
 * which never decrease along a stream, so that "arrived since" is "from a revision on"; what was dropped, or never read, is
 * read from the ledger. A generation is dropped only from the old end, and the time it covered is given up with it, so that the next
 * need of it reads it again: dropping early or late costs time, never truth.
 */
export class DedupeIndex {
  private readonly reader: LedgerReader;
  private readonly files: IndexDirectory;
  private readonly sizes: IndexSizes;
  private generations: Generation[] = [];
  private open = new OpenPart(0);
  private runFrom = 0;
  private publishedTo = -1;
  /** All that arrived at or after this is in the index; −Infinity once the whole stream is. */
  private coversFromMs = Infinity;
  private heldUntilMs = 0;
  private writes: Promise<void> = Promise.resolve();
  private writing = 0;
  private fault: Error | undefined;
  /** Files that could not be trusted and were rebuilt, since the index was opened. */
  distrusted = 0;

  private constructor(private readonly options: DedupeIndexOptions) {
    this.sizes = { ...INDEX_SIZES, ...options.sizes };
    this.reader = new LedgerReader(
      options.store,
      options.stream,
      Math.min(PAGE_EVENTS_MAX, this.sizes.generationIdsMax),
    );
    this.files = new IndexDirectory(options.directory, options.ledgerId, this.reader, options.files);
  }

  /** Opens the index and catches up with the ledger. */
  static async open(options: DedupeIndexOptions): Promise<DedupeIndex> {
    const index = new DedupeIndex(options);
    await index.load();
    await index.catchUp();
    await index.cover();
    return index;
  }

  /** Revision up to which the index is exact; −1 for an empty stream. */
  get head(): number {
    return this.open.head;
  }

  /** Bytes of memory that the index takes. */
  get memoryBytes(): number {
    return this.generations.reduce((sum, generation) => sum + generation.memoryBytes, this.open.memoryBytes);
  }

  /** Sealed generations. */
  get generationCount(): number {
    return this.generations.length;
  }

  /** Adds what the ledger holds beyond `head`. */
  async catchUp(): Promise<void> {
    for await (const page of this.reader.pages(this.open.head + 1)) {
      this.open.add(page);
      this.written();
      await this.settle();
    }
  }

  /**
   * Makes sure that everything that arrived within the horizon, and since `acceptFromMs` if given, is in the index. Nothing to do
   * but compare two numbers unless the window widens.
   */
  async cover(acceptFromMs = Infinity): Promise<void> {
    const nowMs = this.options.clock();
    const horizonMs = nowMs - this.options.horizonMs;
    const needMs = Math.min(acceptFromMs - CLOCK_SKEW_MS, horizonMs);
    if (needMs < horizonMs) this.heldUntilMs = nowMs + WIDENED_HOLD_MS;
    if (needMs >= this.coversFromMs) return;
    const from = await this.reader.firstSince(needMs);
    for (const gap of gaps(from, this.open.from - 1, this.generations)) await this.fill(gap.from, gap.to);
    this.coversFromMs = from === 0 ? -Infinity : needMs;
  }

  /** Waits while too much is being written. @throws what writing the index's files threw: its state would grow without bound. */
  async settle(): Promise<void> {
    if (this.writing >= this.sizes.writesMax) await this.writes;
    if (this.fault !== undefined) throw this.fault;
  }

  /** Before a group of at most `ids` is staged. */
  reserve(ids: number): void {
    this.open.reserve(ids);
  }

  /** Stages an id that is not there yet; else says whether it came with the same payload. @throws {DamagedGeneration} see {@link distrust}. */
  stage(ids: Uint32Array, at: number, hashes: Uint32Array, hashAt: number): Found {
    const slot = this.open.slotOf(ids, at);
    if (slot >= 0) return this.open.compare(slot, hashes, hashAt);
    const { generations } = this;
    if (generations.length > 0) {
      const hash = filterHash(ids, at);
      const print = fingerprint(ids, at);
      for (let i = generations.length - 1; i >= 0; i--) {
        const found = generations[i]?.find(ids, at, hash, print, hashes, hashAt) ?? FRESH;
        if (found !== FRESH) return found;
      }
    }
    return this.open.stage(slot, ids, at, hashes, hashAt);
  }

  /** What was staged was appended, and `head` is the revision of its last event. */
  commit(head: number): void {
    this.open.commit(head);
    this.written();
    this.dropExpired();
  }

  /**
   * Writes also what is too little for a file of its own, for others that begin from these files, and drops what is past the
   * horizon. Nothing may be staged. Resolves once everything is written. @throws what writing threw.
   */
  async publish(): Promise<void> {
    this.dropExpired();
    if (this.open.unwritten > 0 && this.open.head !== this.publishedTo) {
      const tail = this.open.copyRun(this.runFrom);
      this.publishedTo = tail.to;
      this.write(() => this.files.writeTail(tail));
    }
    await this.writes;
    if (this.fault !== undefined) throw this.fault;
  }

  /** What was staged was not appended, or nobody knows: forgotten, until {@link catchUp} finds it in the ledger. */
  rollback(): void {
    this.open.rollback();
  }

  /** Forgets a damaged generation and reads its revisions from the ledger again. Nothing may be staged. */
  async distrust({ generation }: DamagedGeneration): Promise<void> {
    this.distrusted++;
    this.generations = this.generations.filter((other) => other !== generation);
    this.files.delete(generation);
    await this.fill(generation.from, generation.to);
  }

  /** Writes what is only in memory. The index must not be used afterwards. */
  async close(): Promise<void> {
    if (this.open.unwritten > 0) this.writeRun();
    await this.writes;
    if (this.fault !== undefined) throw this.fault;
  }

  private async load(): Promise<void> {
    const loaded = await this.files.load(this.sizes.filteredMax);
    const horizon = await this.reader.firstSince(this.options.clock() - this.options.horizonMs);
    this.distrusted += loaded.distrusted;
    this.generations = [...loaded.generations];
    const sealedTo = this.generations.at(-1)?.to ?? -1;
    const from = loaded.runs[0]?.from ?? Math.max(sealedTo + 1, horizon);
    this.open = new OpenPart(from);
    for (const run of loaded.runs) this.open.restore(run);
    // Long asleep while others wrote: what lies between is older than the horizon and need not be read.
    if (this.open.head + 1 < horizon) this.open = new OpenPart(horizon);
    this.runFrom = this.open.head + 1;
  }

  /** Reads a span of the ledger into generations of its own, bounded in memory: each goes to its file before the next begins. */
  private async fill(from: number, to: number): Promise<void> {
    let part = new OpenPart(from);
    for await (const page of this.reader.pages(from, to)) {
      part.add(page);
      if (part.count < this.sizes.generationIdsMax && part.head < to) continue;
      await this.insert(part);
      part = new OpenPart(part.head + 1);
    }
    if (part.head < to && part.from <= to)
      throw new Error(`${this.options.stream} ends before revision ${to}.`);
  }

  private async insert(part: OpenPart): Promise<void> {
    const generation = Generation.ofTable(part.from, part.head, part.sealed, this.options.files);
    await this.files.seal(generation, part.count, this.mayFilter());
    const after = this.generations.findIndex((other) => other.from > generation.from);
    this.generations.splice(after < 0 ? this.generations.length : after, 0, generation);
  }

  private mayFilter(): boolean {
    return this.generations.filter((generation) => generation.filtered).length < this.sizes.filteredMax;
  }

  private written(): void {
    if (this.open.count >= this.sizes.generationIdsMax) this.sealOpen();
    else if (this.open.unwritten >= this.sizes.runIdsMax) this.writeRun();
  }

  private writeRun(): void {
    const run = this.open.takeRun(this.runFrom);
    this.runFrom = run.to + 1;
    this.write(() => this.files.writeRun(run));
  }

  private sealOpen(): void {
    const { open } = this;
    const generation = Generation.ofTable(open.from, open.head, open.sealed, this.options.files);
    this.generations.push(generation);
    this.open = new OpenPart(open.head + 1, open.slots);
    this.runFrom = open.head + 1;
    this.write(() => this.files.seal(generation, open.count, this.mayFilter()));
  }

  /** One write after the other. After a fault nothing more is written, and {@link settle} says why. */
  private write(job: () => Promise<void>): void {
    this.writing++;
    this.writes = this.writes.then(async () => {
      try {
        if (this.fault === undefined) await job();
      } catch (thrown) {
        this.fault = new Error(`The index of ${this.options.stream} cannot be written.`, { cause: thrown });
      } finally {
        this.writing--;
      }
    });
  }

  private dropExpired(): void {
    const oldest = this.generations[0];
    if (oldest === undefined) return;
    const nowMs = this.options.clock();
    if (nowMs < this.heldUntilMs || oldest.lastAtMs >= nowMs - this.options.horizonMs - CLOCK_SKEW_MS) return;
    this.generations.shift();
    this.files.delete(oldest);
    this.coversFromMs = Math.max(this.coversFromMs, oldest.lastAtMs + 1);
  }
}
