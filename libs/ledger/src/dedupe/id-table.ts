/*
 * Ids are 16 bytes and payload hashes 8, both handled as native 32-bit words over the same bytes: comparing words compares
 * bytes, and no string or bigint is ever made. Stored ids are UUIDs, whose bits are as good as random but for the version and
 * the variant; the multiplications spread also those that begin with a time (UUIDv7).
 */

/** 32-bit words of an id, of a payload hash, and of a table's slot, which holds one of each. */
export const ID_WORDS = 4;
export const HASH_WORDS = 2;
export const SLOT_WORDS = ID_WORDS + HASH_WORDS;
export const SLOT_BYTES = SLOT_WORDS * 4;

const SLOTS_MIN = 64;
/** Above this share of used slots a table doubles: linear probing gets slow beyond it. */
const LOAD_MAX = 0.78;

/** Where a search for an id begins in a table of 2^(32 − shift) slots. */
export function firstSlot(ids: Uint32Array, at: number, shift: number): number {
  return Math.imul((ids[at] ?? 0) ^ (ids[at + 3] ?? 0), 0x9e3779b1) >>> shift;
}

/** `shift` for a number of slots, which is a power of two. */
export function shiftOf(slots: number): number {
  return Math.clz32(slots) + 1;
}

/** Id → payload hash: an open-addressing hash table in one typed array, whose bytes are also its file. */
export class IdTable {
  words: Uint32Array;
  slots: number;
  count = 0;
  private shift: number;

  /** @param slots initial slots, a power of two; the table doubles when it must. */
  constructor(slots = SLOTS_MIN) {
    this.slots = Math.max(slots, SLOTS_MIN);
    this.shift = shiftOf(this.slots);
    this.words = new Uint32Array(this.slots * SLOT_WORDS);
  }

  /** Makes room for `more` ids, so that slots stay where they are while those are inserted. */
  reserve(more: number): void {
    while (this.count + more > this.slots * LOAD_MAX) this.double();
  }

  /** The slot of an id, or −1 − the free slot where it belongs. */
  find(ids: Uint32Array, at: number): number {
    const { words, slots } = this;
    const w0 = ids[at] ?? 0;
    const w1 = ids[at + 1] ?? 0;
    const w2 = ids[at + 2] ?? 0;
    const w3 = ids[at + 3] ?? 0;
    for (let slot = firstSlot(ids, at, this.shift); ; slot = slot + 1 === slots ? 0 : slot + 1) {
      const base = slot * SLOT_WORDS;
      const a = words[base] ?? 0;
      const b = words[base + 1] ?? 0;
      if (a === w0 && b === w1 && words[base + 2] === w2 && words[base + 3] === w3) return slot;
      // The nil UUID marks a free slot; it is refused as an id.
      if ((a | b | (words[base + 2] ?? 0) | (words[base + 3] ?? 0)) === 0) return -1 - slot;
    }
  }

  /** Puts an id into a free slot that {@link find} named. @throws {RangeError} for the nil UUID. */
  insert(slot: number, ids: Uint32Array, at: number, hashes: Uint32Array, hashAt: number): void {
    const { words } = this;
    const base = slot * SLOT_WORDS;
    let any = 0;
    for (let i = 0; i < ID_WORDS; i++) any |= words[base + i] = ids[at + i] ?? 0;
    if (any === 0) throw new RangeError('The nil UUID is no event id.');
    words[base + 4] = hashes[hashAt] ?? 0;
    words[base + 5] = hashes[hashAt + 1] ?? 0;
    this.count++;
  }

  /** Whether the id in `slot` came with this payload hash. */
  hasPayload(slot: number, hashes: Uint32Array, hashAt: number): boolean {
    const base = slot * SLOT_WORDS + ID_WORDS;
    return this.words[base] === hashes[hashAt] && this.words[base + 1] === hashes[hashAt + 1];
  }

  /** Takes back the insertion made last. Undone in reverse order, insertions leave the table as it was. */
  undo(slot: number): void {
    this.words.fill(0, slot * SLOT_WORDS, (slot + 1) * SLOT_WORDS);
    this.count--;
  }

  private double(): void {
    const old = this.words;
    this.slots *= 2;
    this.shift = shiftOf(this.slots);
    this.words = new Uint32Array(this.slots * SLOT_WORDS);
    this.count = 0;
    for (let base = 0; base < old.length; base += SLOT_WORDS) {
      if (isFree(old, base)) continue;
      this.insert(-1 - this.find(old, base), old, base, old, base + ID_WORDS);
    }
  }
}

/** Whether the slot that begins at word `base` holds nothing. */
export function isFree(words: Uint32Array, base: number): boolean {
  return (
    ((words[base] ?? 0) | (words[base + 1] ?? 0) | (words[base + 2] ?? 0) | (words[base + 3] ?? 0)) === 0
  );
}
