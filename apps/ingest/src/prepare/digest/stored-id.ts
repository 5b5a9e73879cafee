import { hash } from 'node:crypto';
import { NAMESPACE } from '@flightdeck/ledger';

const NAMESPACE_BYTES = 16;
const UUID_BYTES = 16;
/** An eventId has at most 128 characters of at most four bytes. */
const NAME_BYTES_MAX = 512;

const named = Buffer.alloc(NAMESPACE_BYTES + NAME_BYTES_MAX);
named.set(NAMESPACE.adEvent);

/**
 * Writes the stored id of an ad event, as `writeAdEventStoreId` of the ledger does (RFC 9562 §5.5), at a third of the cost: the
 * digest comes out of the crypto library as text, because a Buffer of its own costs more than hashing so few bytes.
 */
export function writeStoredId(eventId: string, target: Buffer, offset: number): void {
  const length = named.write(eventId, NAMESPACE_BYTES, 'utf8');
  const digest = hash('sha1', named.subarray(0, NAMESPACE_BYTES + length), 'binary');
  target.write(digest, offset, UUID_BYTES, 'latin1');
  target[offset + 6] = ((target[offset + 6] ?? 0) & 0x0f) | 0x50;
  target[offset + 8] = ((target[offset + 8] ?? 0) & 0x3f) | 0x80;
}
