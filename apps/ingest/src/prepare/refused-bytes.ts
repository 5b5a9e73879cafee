import { looksLikeCardNumber } from '@flightdeck/contracts';
import { isPlainObject } from '../parse/plain-object.js';
import { RECORD_BYTES_MAX } from '../parse/limits.js';
import type { ParsedRequest } from '../parse/parsed-request.js';

/** One byte over what quarantine keeps, so that it sees that it must cut. */
const BYTES_MAX = RECORD_BYTES_MAX + 1;
const CARD_NUMBER_REMOVED = '[card number removed]';

/**
 * A refused record as quarantine keeps it: its own bytes, unless it names a user. A card number must not be stored even there, and of a
 * person only the pseudonym, so that an erasure reaches this record too. What could not be read is kept as it came.
 */
export function refusedBytes(
  request: ParsedRequest,
  ordinal: number,
  pseudonymOf: (userId: string) => string,
): Uint8Array {
  const value = request.values[ordinal];
  if (isPlainObject(value) && typeof value['userId'] === 'string') {
    const { userId } = value;
    const kept = looksLikeCardNumber(userId) ? CARD_NUMBER_REMOVED : pseudonymOf(userId);
    return Buffer.from(JSON.stringify({ ...value, userId: kept })).subarray(0, BYTES_MAX);
  }
  const start = request.spans[2 * ordinal] ?? 0;
  const end = request.spans[2 * ordinal + 1] ?? start;
  return request.bytes.slice(start, Math.min(end, start + BYTES_MAX));
}
