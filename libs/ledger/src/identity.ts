import { hash } from 'node:crypto';
import { uuidBytes, uuidText, uuidv5, uuidv5Bytes } from '@flightdeck/contracts';

/**
 * Namespaces of the ids that the ledger derives (UUIDv5, RFC 9562 §5.5). Fixed for ever: an id that is derived differently
 * after a release is an event counted twice.
 */
export const NAMESPACE = {
  /** Stored id of an ad event, from its `eventId`. */
  adEvent: uuidBytes('0b8f5a8e-6f0c-5d0e-9a53-3a7c1f4be201'),
  /** `eventId` of a record that came without one, from its place in its source. */
  sourcePosition: uuidBytes('0b8f5a8e-6f0c-5d0e-9a53-3a7c1f4be202'),
  /** Stored id of a quarantined record, from its reason and bytes. */
  quarantine: uuidBytes('0b8f5a8e-6f0c-5d0e-9a53-3a7c1f4be203'),
  /** Stored id of a fact that a command with an idempotency key made, from its stream, the key and its index. */
  command: uuidBytes('0b8f5a8e-6f0c-5d0e-9a53-3a7c1f4be204'),
} as const;

/** Campaigns whose hash is remembered; then all are forgotten and learned anew. */
const HASHES_MAX = 100_000;
const hashes = new Map<string, number>();

/** Writes the 16 bytes of an ad event's stored id at `offset` of `target`. */
export function writeAdEventStoreId(eventId: string, target: Uint8Array, offset: number): void {
  target.set(uuidv5Bytes(NAMESPACE.adEvent, eventId), offset);
}

/** The stored id (UUID) of an ad event. */
export function adEventStoreId(eventId: string): string {
  return uuidText(uuidv5Bytes(NAMESPACE.adEvent, eventId));
}

/** The `eventId` of a record that came without one: read again from the same place, it is the same event. */
export function derivedEventId(sourcePosition: string): string {
  return uuidv5(NAMESPACE.sourcePosition, sourcePosition);
}

/**
 * The partition of a campaign: the first 32 bits of MD5 over its id, modulo `partitions`. MD5 as Kinesis hashes partition keys;
 * the modulo of the first bits lets a power of two of partitions be split evenly.
 */
export function partitionOf(campaignId: string, partitions: number): number {
  let first = hashes.get(campaignId);
  if (first === undefined) {
    first = hash('md5', campaignId, 'buffer').readUInt32BE(0);
    if (hashes.size >= HASHES_MAX) hashes.clear();
    hashes.set(campaignId, first);
  }
  return first % partitions;
}
