import { readSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import type { FilePool } from './file-pool.js';
import { buildFilter, mayContain } from './id-filter.js';
import { firstSlot, ID_WORDS, isFree, shiftOf, SLOT_BYTES, SLOT_WORDS, type IdTable } from './id-table.js';
import { HEADER_BYTES, writeIndexFile, type IndexFile, type IndexFileHeader } from './index-file.js';

/** A file of the index cannot be read as it was written. It is rebuilt from the ledger. */
export class DamagedGeneration extends Error {
  override readonly name = 'DamagedGeneration';
  constructor(
    readonly generation: Generation,
    detail: string,
  ) {
    super(detail);
  }
}

/** What a search for an id says. The numbers are those of OUTCOME. */
export const FRESH = 0;
export const SAME = 1;
export const OTHER = 2;
export type Found = typeof FRESH | typeof SAME | typeof OTHER;

const BLOCK_BYTES = 4096;
/** Slots read at once: more than nearly every probe needs. */
const PROBE_SLOTS = 32;

const probed = new ArrayBuffer(3 * BLOCK_BYTES);
const probedBytes = Buffer.from(probed);

export interface SealedAt {
  readonly path: string;
  readonly header: IndexFileHeader;
}

/**
 * The ids of revisions `from` to `to`, never changed again: a table in a file, its fingerprints in memory. While the file is being
 * written, the table in memory answers.
 */
export class Generation {
  private filter: Uint16Array | undefined;
  private blockSums: Uint32Array | undefined;
  private table: IdTable | undefined;
  private path = '';
  private slots = 0;
  private dataBytes = 0;
  /** When its last event arrived (the store's time); Infinity until its file is written. */
  lastAtMs = Infinity;

  constructor(
    readonly from: number,
    readonly to: number,
    private readonly files: FilePool,
  ) {}

  /** A generation that is still a table in memory. */
  static ofTable(from: number, to: number, table: IdTable, files: FilePool): Generation {
    const generation = new Generation(from, to, files);
    generation.table = table;
    return generation;
  }

  /** A generation as its file says; without `filtered`, each search reads the file, and no memory is taken. */
  static ofFile(path: string, { header, meta }: IndexFile, filtered: boolean, files: FilePool): Generation {
    const generation = new Generation(header.from, header.to, files);
    const blocks = blocksOf(header.dataBytes);
    generation.rest(path, header, new Uint32Array(meta.buffer, 0, blocks));
    if (filtered) generation.filter = new Uint16Array(meta.buffer, blocks * 4, header.slots);
    return generation;
  }

  get filtered(): boolean {
    return this.filter !== undefined;
  }

  /** Bytes of memory that it takes. */
  get memoryBytes(): number {
    const table = this.table?.words.byteLength ?? 0;
    return table + (this.filter?.byteLength ?? 0) + (this.blockSums?.byteLength ?? 0);
  }

  /** Writes the file, then lets the table go. */
  async seal({ path, header }: SealedAt, filtered: boolean): Promise<void> {
    const { table } = this;
    if (table === undefined) return;
    const data = Buffer.from(table.words.buffer);
    const filter = buildFilter(table);
    await nextTurn();
    const sums = await blockSumsOf(data);
    const meta = Buffer.concat([
      Buffer.from(sums.buffer),
      Buffer.from(filter.buffer, filter.byteOffset, filter.byteLength),
    ]);
    const whole = { ...header, slots: table.slots, metaBytes: meta.length, dataBytes: data.length };
    await writeIndexFile(path, whole, meta, data);
    this.rest(path, whole, sums);
    if (filtered) this.filter = filter;
    this.table = undefined;
  }

  /** @throws {DamagedGeneration} when the file no longer holds what was written. */
  find(
    ids: Uint32Array,
    at: number,
    hash: number,
    print: number,
    hashes: Uint32Array,
    hashAt: number,
  ): Found {
    if (this.table !== undefined) {
      const slot = this.table.find(ids, at);
      if (slot < 0) return FRESH;
      return this.table.hasPayload(slot, hashes, hashAt) ? SAME : OTHER;
    }
    if (this.filter !== undefined && !mayContain(this.filter, hash, print)) return FRESH;
    return this.findInFile(ids, at, hashes, hashAt);
  }

  private findInFile(ids: Uint32Array, at: number, hashes: Uint32Array, hashAt: number): Found {
    let slot = firstSlot(ids, at, shiftOf(this.slots));
    for (let searched = 0; searched < this.slots;) {
      const end = Math.min(slot + PROBE_SLOTS, this.slots);
      const words = this.readSlots(slot, end);
      for (let base = 0; base < words.length; base += SLOT_WORDS) {
        if (sameWords(words, base, ids, at, ID_WORDS)) {
          return sameWords(words, base + ID_WORDS, hashes, hashAt, SLOT_WORDS - ID_WORDS) ? SAME : OTHER;
        }
        if (isFree(words, base)) return FRESH;
      }
      searched += end - slot;
      slot = end === this.slots ? 0 : end;
    }
    return FRESH;
  }

  /** The slots' words, from whole blocks whose checksums were compared. */
  private readSlots(from: number, to: number): Uint32Array {
    const start = Math.floor((from * SLOT_BYTES) / BLOCK_BYTES);
    const end = Math.min(Math.ceil((to * SLOT_BYTES) / BLOCK_BYTES) * BLOCK_BYTES, this.dataBytes);
    const length = end - start * BLOCK_BYTES;
    this.read(length, start * BLOCK_BYTES);
    for (let block = start, at = 0; at < length; block++, at += BLOCK_BYTES) {
      const sum = crc32(probedBytes.subarray(at, Math.min(at + BLOCK_BYTES, length)));
      if (sum !== this.blockSums?.[block]) {
        throw new DamagedGeneration(this, `Block ${block} of ${this.path} does not match its checksum.`);
      }
    }
    return new Uint32Array(probed, from * SLOT_BYTES - start * BLOCK_BYTES, (to - from) * SLOT_WORDS);
  }

  private read(length: number, at: number): void {
    let got: number;
    try {
      got = readSync(this.files.get(this.path), probedBytes, 0, length, HEADER_BYTES + this.metaBytes() + at);
    } catch (fault) {
      throw new DamagedGeneration(this, `${this.path} cannot be read: ${String(fault)}`);
    }
    if (got !== length) throw new DamagedGeneration(this, `${this.path} ends too early.`);
  }

  private metaBytes(): number {
    return blocksOf(this.dataBytes) * 4 + this.slots * 2;
  }

  private rest(path: string, header: IndexFileHeader, sums: Uint32Array): void {
    this.path = path;
    this.slots = header.slots;
    this.dataBytes = header.dataBytes;
    this.lastAtMs = header.lastAtMs;
    this.blockSums = sums;
  }
}

function sameWords(a: Uint32Array, aAt: number, b: Uint32Array, bAt: number, count: number): boolean {
  for (let i = 0; i < count; i++) if (a[aAt + i] !== b[bAt + i]) return false;
  return true;
}

function blocksOf(bytes: number): number {
  return Math.ceil(bytes / BLOCK_BYTES);
}

/** Blocks summed before other work has its turn: about a millisecond. */
const BLOCKS_A_TURN = 256;

async function blockSumsOf(data: Buffer): Promise<Uint32Array> {
  const sums = new Uint32Array(blocksOf(data.length));
  for (let block = 0; block < sums.length; block++) {
    sums[block] = crc32(data.subarray(block * BLOCK_BYTES, (block + 1) * BLOCK_BYTES));
    if (block % BLOCKS_A_TURN === BLOCKS_A_TURN - 1) await nextTurn();
  }
  return sums;
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
