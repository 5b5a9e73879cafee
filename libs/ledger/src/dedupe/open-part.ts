import { FRESH, OTHER, SAME, type Found } from './generation.js';
import { HASH_WORDS, ID_WORDS, IdTable, SLOT_WORDS } from './id-table.js';
import type { IdPage } from './ledger-reader.js';

const JOURNAL_AT_FIRST = 256;
const RUN_IDS_AT_FIRST = 256;

/** Ids in revision order that no file holds yet. */
export interface Run {
  readonly from: number;
  readonly to: number;
  /** Slots as in a table: id, payload hash. */
  readonly words: Uint32Array;
}

/**
 * The newest ids, those of revisions `from` to `head`, in memory. Ids are staged while their append is in flight: they count as
 * present for what comes behind them in the same group, and are taken back when the append was refused.
 */
export class OpenPart {
  head: number;
  private readonly table: IdTable;
  private journal = new Int32Array(JOURNAL_AT_FIRST);
  private staged = 0;
  private run = new Uint32Array(RUN_IDS_AT_FIRST * SLOT_WORDS);
  private runCount = 0;

  /** @param slots slots to begin with, a power of two. */
  constructor(
    readonly from: number,
    slots?: number,
  ) {
    this.head = from - 1;
    this.table = new IdTable(slots);
  }

  get count(): number {
    return this.table.count;
  }

  get slots(): number {
    return this.table.slots;
  }

  get memoryBytes(): number {
    return this.table.words.byteLength + this.run.byteLength + this.journal.byteLength;
  }

  /** Ids that no file holds yet. */
  get unwritten(): number {
    return this.runCount;
  }

  /** Makes room for a group, so that what is staged keeps its slots. */
  reserve(ids: number): void {
    this.table.reserve(ids);
    this.journal = grownTo(this.journal, ids, (length) => new Int32Array(length));
    this.run = grownTo(this.run, (this.runCount + ids) * SLOT_WORDS, (length) => new Uint32Array(length));
  }

  /** The slot of an id, or −1 − the free slot where {@link stage} may put it. */
  slotOf(ids: Uint32Array, at: number): number {
    return this.table.find(ids, at);
  }

  /** Whether the id in a slot came with this payload. */
  compare(slot: number, hashes: Uint32Array, hashAt: number): Found {
    return this.table.hasPayload(slot, hashes, hashAt) ? SAME : OTHER;
  }

  /** Puts an id into the free slot that {@link slotOf} named. */
  stage(free: number, ids: Uint32Array, at: number, hashes: Uint32Array, hashAt: number): Found {
    const slot = -1 - free;
    this.table.insert(slot, ids, at, hashes, hashAt);
    this.journal[this.staged++] = slot;
    return FRESH;
  }

  /** What was staged is now written; `head` is the revision of the last of it. */
  commit(head: number): void {
    const { words } = this.table;
    for (let i = 0; i < this.staged; i++) {
      const base = (this.journal[i] ?? 0) * SLOT_WORDS;
      const at = this.runCount++ * SLOT_WORDS;
      for (let word = 0; word < SLOT_WORDS; word++) this.run[at + word] = words[base + word] ?? 0;
    }
    this.staged = 0;
    this.head = head;
  }

  /** Takes back what was staged, in reverse order, which leaves the table as it was. */
  rollback(): void {
    while (this.staged > 0) this.table.undo(this.journal[--this.staged] ?? 0);
  }

  /** Adds what the ledger already holds. An id that is there already keeps its first payload. */
  add(page: IdPage): void {
    this.reserve(page.count);
    for (let i = 0; i < page.count; i++) {
      const slot = this.table.find(page.ids, i * ID_WORDS);
      if (slot < 0) this.stage(slot, page.ids, i * ID_WORDS, page.hashes, i * HASH_WORDS);
    }
    this.commit(page.from + page.count - 1);
  }

  /** What was committed since the last run, to be written. */
  takeRun(from: number): Run {
    const words = this.run.slice(0, this.runCount * SLOT_WORDS);
    this.runCount = 0;
    return { from, to: this.head, words };
  }

  /** What {@link takeRun} would take now; it stays to be written. */
  copyRun(from: number): Run {
    return { from, to: this.head, words: this.run.slice(0, this.runCount * SLOT_WORDS) };
  }

  /** Adds a run that a file holds. */
  restore(run: Run): void {
    const count = run.words.length / SLOT_WORDS;
    this.table.reserve(count);
    for (let base = 0; base < run.words.length; base += SLOT_WORDS) {
      const slot = this.table.find(run.words, base);
      if (slot < 0) this.table.insert(-1 - slot, run.words, base, run.words, base + ID_WORDS);
    }
    this.head = run.to;
  }

  /** The table, which from now on belongs to a generation. */
  get sealed(): IdTable {
    return this.table;
  }
}

function grownTo<Words extends Int32Array | Uint32Array>(
  words: Words,
  length: number,
  make: (length: number) => Words,
): Words {
  if (words.length >= length) return words;
  const larger = make(Math.max(length, words.length * 2));
  larger.set(words);
  return larger;
}
