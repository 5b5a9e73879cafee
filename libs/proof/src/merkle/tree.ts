import { EMPTY_ROOT, nodeHash } from './hashes.js';
import { perfectSubtrees, splitOf, type NodePlace } from './places.js';

/** Reads the stored hash of a node of a perfect subtree. @throws when it is not stored. */
export type ReadNode = (place: NodePlace) => Uint8Array;

/** The hashes that a tree of `size` leaves is the fold of: its perfect subtrees, left to right. Enough to grow it. */
export function frontierAt(size: number, read: ReadNode): Uint8Array[] {
  return perfectSubtrees(0, size).map(read);
}

/** Root of the subtrees of a frontier, as RFC 6962 §2.1 nests them. */
export function rootOfFrontier(frontier: readonly Uint8Array[]): Uint8Array {
  return frontier.length === 0 ? EMPTY_ROOT : frontier.reduceRight((right, left) => nodeHash(left, right));
}

/** The root when the tree had `size` leaves. */
export function rootAt(size: number, read: ReadNode): Uint8Array {
  return rootOfFrontier(frontierAt(size, read));
}

/** Merkle audit path of leaf `index` in the tree of `size` leaves (RFC 6962 §2.1.1). @throws {RangeError} for a leaf that it lacks. */
export function inclusionProof(index: number, size: number, read: ReadNode): Uint8Array[] {
  if (!(index >= 0 && index < size)) throw new RangeError(`A tree of ${size} leaves has no leaf ${index}.`);
  const proof: Uint8Array[] = [];
  let start = 0;
  let end = size;
  while (end - start > 1) {
    const split = start + splitOf(end - start);
    if (index < split) {
      proof.push(rootOfRange(split, end, read));
      end = split;
    } else {
      proof.push(rootOfRange(start, split, read));
      start = split;
    }
  }
  return proof.reverse();
}

/** Merkle consistency proof from the tree of `from` leaves to that of `to` (RFC 6962 §2.1.2). @throws {RangeError} unless 0 ≤ from ≤ to. */
export function consistencyProof(from: number, to: number, read: ReadNode): Uint8Array[] {
  if (!(from >= 0 && from <= to)) throw new RangeError(`There is no way from ${from} to ${to} leaves.`);
  if (from === 0 || from === to) return [];
  const proof: Uint8Array[] = [];
  let start = 0;
  let end = to;
  // Down to the subtree whose end is the end of the older tree; what is passed by on the way is the proof.
  while (from < end) {
    const split = start + splitOf(end - start);
    if (from <= split) {
      proof.push(rootOfRange(split, end, read));
      end = split;
    } else {
      proof.push(rootOfRange(start, split, read));
      start = split;
    }
  }
  if (start > 0) proof.push(rootOfRange(start, end, read));
  return proof.reverse();
}

function rootOfRange(start: number, end: number, read: ReadNode): Uint8Array {
  return rootOfFrontier(perfectSubtrees(start, end).map(read));
}
