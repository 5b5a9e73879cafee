import { GrowingTree } from '../merkle/growth.js';
import { HASH_BYTES, leafHash } from '../merkle/hashes.js';
import { storedCount, storedPlace, type NodePlace } from '../merkle/places.js';

const HASHES_PER_LEAF_MAX = 54;

/** A tree over entries, grown leaf by leaf, its stored hashes in memory. */
export function growTree(entries: readonly Uint8Array[]): {
  readonly tree: GrowingTree;
  readonly read: (place: NodePlace) => Buffer;
} {
  const tree = new GrowingTree(0, []);
  const stored = Buffer.alloc((2 * entries.length + HASHES_PER_LEAF_MAX) * HASH_BYTES);
  let end = 0;
  for (const entry of entries) end = tree.add(leafHash(entry), stored, end);
  if (end !== storedCount(entries.length) * HASH_BYTES)
    throw new Error('Other than the expected hashes were stored.');
  const read = (place: NodePlace): Buffer => {
    const at = storedPlace(place) * HASH_BYTES;
    if (at >= end) throw new RangeError('Not stored.');
    return stored.subarray(at, at + HASH_BYTES);
  };
  return { tree, read };
}
