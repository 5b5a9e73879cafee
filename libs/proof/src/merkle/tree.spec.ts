import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { growTree } from '../testing/memory-tree.js';
import { EMPTY_ROOT, leafHash, nodeHash } from './hashes.js';
import { splitOf } from './places.js';
import { consistencyProof, frontierAt, inclusionProof, rootAt, rootOfFrontier } from './tree.js';
import { isConsistent, rootOfInclusion } from './verify.js';

const LEAVES_MAX = 40;
const entries = fc.array(fc.uint8Array({ maxLength: 8 }), { minLength: 1, maxLength: LEAVES_MAX });
const same = (left: Uint8Array | undefined, right: Uint8Array): boolean =>
  left !== undefined && Buffer.compare(left, right) === 0;

/** RFC 6962 §2.1 word for word. */
function naiveRoot(leaves: readonly Uint8Array[]): Uint8Array {
  const [only] = leaves;
  if (only === undefined) return EMPTY_ROOT;
  if (leaves.length === 1) return leafHash(only);
  const split = splitOf(leaves.length);
  return nodeHash(naiveRoot(leaves.slice(0, split)), naiveRoot(leaves.slice(split)));
}

describe('a growing tree', () => {
  it('has the root of the naive tree, at every size it ever had', () => {
    fc.assert(
      fc.property(entries, (leaves) => {
        const { tree, read } = growTree(leaves);
        expect(same(tree.root(), naiveRoot(leaves))).toBe(true);
        for (let size = 0; size <= leaves.length; size++) {
          expect(same(rootAt(size, read), naiveRoot(leaves.slice(0, size)))).toBe(true);
          expect(same(rootOfFrontier(frontierAt(size, read)), naiveRoot(leaves.slice(0, size)))).toBe(true);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('proves every leaf in every size, and nothing else', () => {
    const leaves = Array.from({ length: LEAVES_MAX }, (_, i) => Buffer.from([i]));
    const { read } = growTree(leaves);
    for (let size = 1; size <= LEAVES_MAX; size++) {
      const root = rootAt(size, read);
      for (let index = 0; index < size; index++) {
        const leaf = leafHash(Buffer.from([index]));
        const proof = inclusionProof(index, size, read);
        expect(same(rootOfInclusion(leaf, index, size, proof), root)).toBe(true);
        expect(same(rootOfInclusion(leafHash(Buffer.from([200])), index, size, proof), root)).toBe(false);
        if (size > 1) expect(same(rootOfInclusion(leaf, (index + 1) % size, size, proof), root)).toBe(false);
        expect(same(rootOfInclusion(leaf, index, size, [...proof, leaf]), root)).toBe(false);
        if (proof.length > 0)
          expect(same(rootOfInclusion(leaf, index, size, proof.slice(1)), root)).toBe(false);
      }
    }
  });

  it('proves every way from size to size, and no other', () => {
    const { read } = growTree(Array.from({ length: LEAVES_MAX }, (_, i) => Buffer.from([i])));
    const forked = growTree(Array.from({ length: LEAVES_MAX }, (_, i) => Buffer.from([i === 3 ? 99 : i])));
    const at = (size: number, from = read) => ({ size, root: rootAt(size, from) });
    for (let to = 1; to <= LEAVES_MAX; to++) {
      for (let from = 0; from <= to; from++) {
        const proof = consistencyProof(from, to, read);
        expect(isConsistent(at(from), at(to), proof)).toBe(true);
        if (to > 3) expect(isConsistent(at(from), at(to, forked.read), proof)).toBe(from === 0);
        if (from > 0) expect(isConsistent(at(from - 1), at(to), proof) && from !== to).toBe(false);
        for (let i = 0; i < proof.length; i++) {
          const broken = proof.map((hash, j) => (i === j ? leafHash(hash) : hash));
          expect(isConsistent(at(from), at(to), broken)).toBe(false);
        }
      }
    }
  });

  it('refuses what there is not', () => {
    const { read } = growTree([Buffer.from('a')]);
    expect(() => inclusionProof(1, 1, read)).toThrow(RangeError);
    expect(() => consistencyProof(2, 1, read)).toThrow(RangeError);
  });
});
