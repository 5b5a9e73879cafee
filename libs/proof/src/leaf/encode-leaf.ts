import type { StoredEvent } from '@flightdeck/event-store';
import { LEAF_PREFIX } from '../merkle/hashes.js';

/** First byte of every leaf: the encoding below. Another encoding takes another number. */
export const LEAF_FORMAT = 1;

const FIXED_BYTES = 1 + 1 + 8 + 8 + 8 + 16 + 1 + 2 + 2 + 4 + 4;
const NUMBER_BYTES = 8;
const ID_BYTES = 16;

/** What a leaf binds: an event and its place. */
export type LeafEvent = Pick<
  StoredEvent,
  'stream' | 'revision' | 'recordedAtMs' | 'id' | 'type' | 'data' | 'metadata' | 'isBinary'
>;

/**
 * The leaf of the event at `index` of the global order, behind the RFC 6962 leaf prefix, ready to be hashed. Every part of variable
 * length stands behind its length, so no two events have the same leaf. Numbers are big-endian:
 *
 *     00                    RFC 6962 leaf prefix (not part of the entry)
 *     01                    format
 *     8 bytes               index in the global order, 0-based
 *     8                     revision in its stream
 *     8                     recordedAtMs, epoch milliseconds
 *     16                    id, a UUID
 *     1                     1 when the data are binary, else 0
 *     2 + n                 stream, UTF-8
 *     2 + n                 type, UTF-8
 *     4 + n                 data, as stored
 *     4 + n                 metadata, as stored
 *
 * `target` is used when it is large enough, so that a follower makes no garbage.
 */
export function encodeLeaf(event: LeafEvent, index: number, target?: Buffer): Buffer {
  const { stream, type, data, metadata } = event;
  const streamBytes = Buffer.byteLength(stream);
  const typeBytes = Buffer.byteLength(type);
  const length = FIXED_BYTES + streamBytes + typeBytes + data.byteLength + metadata.byteLength;
  const leaf =
    target !== undefined && target.length >= length ? target.subarray(0, length) : Buffer.allocUnsafe(length);
  leaf[0] = LEAF_PREFIX;
  leaf[1] = LEAF_FORMAT;
  let at = 2;
  for (const number of [index, event.revision, event.recordedAtMs]) {
    leaf.writeUInt32BE(Math.floor(number / 0x1_0000_0000), at);
    leaf.writeUInt32BE(number >>> 0, at + 4);
    at += NUMBER_BYTES;
  }
  if (leaf.write(event.id.replaceAll('-', ''), at, 'hex') !== ID_BYTES)
    throw new TypeError(`${JSON.stringify(event.id)} is not a UUID.`);
  at += ID_BYTES;
  leaf[at++] = event.isBinary === true ? 1 : 0;
  at = leaf.writeUInt16BE(streamBytes, at);
  at += leaf.write(stream, at, 'utf8');
  at = leaf.writeUInt16BE(typeBytes, at);
  at += leaf.write(type, at, 'utf8');
  at = leaf.writeUInt32BE(data.byteLength, at);
  leaf.set(data, at);
  at = leaf.writeUInt32BE(metadata.byteLength, at + data.byteLength);
  leaf.set(metadata, at);
  return leaf;
}
