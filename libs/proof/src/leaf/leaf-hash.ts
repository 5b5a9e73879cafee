import { hash } from 'node:crypto';
import { encodeLeaf, type LeafEvent } from './encode-leaf.js';

/** The most bytes of a leaf that share one piece of memory; a larger one gets its own. */
const SCRATCH_BYTES = 64 * 1024;
const scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES);

/** RFC 6962 hash of the leaf of the event at `index` of the global order. */
export function eventLeafHash(event: LeafEvent, index: number): Buffer {
  return hash('sha256', encodeLeaf(event, index, scratch), 'buffer');
}
