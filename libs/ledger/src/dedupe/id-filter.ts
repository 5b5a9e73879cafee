import { isFree, shiftOf, SLOT_WORDS, type IdTable } from './id-table.js';

/**
 * The fingerprints of a table's ids, 16 bits each, in as many slots as the table has: "surely not in it" without reading the
 * table. At the largest load, one absent id in some seven thousand looks present.
 */
export function buildFilter(table: IdTable): Uint16Array {
  const { words, slots } = table;
  const filter = new Uint16Array(slots);
  const shift = shiftOf(slots);
  for (let base = 0; base < words.length; base += SLOT_WORDS) {
    if (isFree(words, base)) continue;
    let slot = filterHash(words, base) >>> shift;
    while (filter[slot] !== 0) slot = slot + 1 === slots ? 0 : slot + 1;
    filter[slot] = fingerprint(words, base);
  }
  return filter;
}

/** False: surely not in it. */
export function mayContain(filter: Uint16Array, hash: number, print: number): boolean {
  const slots = filter.length;
  for (let slot = hash >>> shiftOf(slots); ; slot = slot + 1 === slots ? 0 : slot + 1) {
    const found = filter[slot];
    if (found === print) return true;
    if (found === 0) return false;
  }
}

/** Independent of where the id is in its table, so that neighbours there are strangers here. */
export function filterHash(ids: Uint32Array, at: number): number {
  return Math.imul((ids[at + 1] ?? 0) ^ (ids[at + 3] ?? 0), 0x85ebca6b) >>> 0;
}

/** Sixteen bits of the id that the other hashes hardly use; never 0, which marks a free slot. */
export function fingerprint(ids: Uint32Array, at: number): number {
  return ((ids[at + 2] ?? 0) >>> 8) & 0xffff || 1;
}
