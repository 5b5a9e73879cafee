/**
 * Where the hashes of a growing tree are stored, one after another and each only once: after a leaf come the roots of all perfect
 * subtrees that it completes. Node `index` of `level` (leaves are level 0) is the root of the leaves
 * [index·2^level, (index+1)·2^level). The layout of Go's sumdb/tlog.
 */
export interface NodePlace {
  readonly level: number;
  readonly index: number;
}

/** 0-based place of a node among the stored hashes. */
export function storedPlace({ level, index }: NodePlace): number {
  let leaf = index;
  for (let l = level; l > 0; l--) leaf = 2 * leaf + 1;
  let place = 0;
  for (let n = leaf; n > 0; n = Math.floor(n / 2)) place += n;
  return place + level;
}

/** Hashes that a tree of `size` leaves has stored. */
export function storedCount(size: number): number {
  let count = 0;
  for (let n = size; n > 0; n = Math.floor(n / 2)) count += n;
  return count;
}

/** The largest power of two below `size`, where RFC 6962 splits a tree; `size` > 1. */
export function splitOf(size: number): number {
  let split = 1;
  while (split * 2 < size) split *= 2;
  return split;
}

/** The perfect subtrees that the leaves [start, end) of a tree consist of, left to right. `start` must be a start of each of them. */
export function perfectSubtrees(start: number, end: number): NodePlace[] {
  const places: NodePlace[] = [];
  for (let at = start; at < end;) {
    let level = 0;
    let width = 1;
    while (at % (width * 2) === 0 && at + width * 2 <= end) {
      width *= 2;
      level++;
    }
    places.push({ level, index: at / width });
    at += width;
  }
  return places;
}
