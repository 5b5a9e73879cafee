import { HASH_BYTES, nodeHash } from './hashes.js';
import { rootOfFrontier } from './tree.js';

/** A tree that grows leaf by leaf and knows of itself only its frontier: the roots of its perfect subtrees, the largest first. */
export class GrowingTree {
  constructor(
    private leaves: number,
    private readonly frontier: Uint8Array[],
  ) {}

  get size(): number {
    return this.leaves;
  }

  root(): Uint8Array {
    return rootOfFrontier(this.frontier);
  }

  /**
   * Adds a leaf's hash. Writes it, and after it the root of each perfect subtree that it completes, at `offset` of `stored`; answers
   * the offset after them. There must be room for 54 hashes.
   */
  add(leaf: Uint8Array, stored: Buffer, offset: number): number {
    stored.set(leaf, offset);
    let at = offset + HASH_BYTES;
    let node = leaf;
    for (let n = this.leaves; n % 2 === 1; n = Math.floor(n / 2)) {
      node = nodeHash(this.frontier.pop() as Uint8Array, node);
      stored.set(node, at);
      at += HASH_BYTES;
    }
    this.frontier.push(node);
    this.leaves++;
    return at;
  }
}
