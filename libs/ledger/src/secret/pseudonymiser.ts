import { createHmac } from 'node:crypto';

/** Users whose pseudonym is remembered; then all are forgotten and computed anew. */
const PSEUDONYMS_MAX = 50_000;

/**
 * Makes the function that replaces a `userId` before it is stored: HMAC-SHA-256 under `key`, base64url without padding
 * (43 characters). The same user has the same pseudonym as long as the key lives; without the key nobody can link it back.
 */
export function pseudonymiser(key: Uint8Array): (userId: string) => string {
  const known = new Map<string, string>();
  return (userId) => {
    const remembered = known.get(userId);
    if (remembered !== undefined) return remembered;
    const pseudonym = createHmac('sha256', key).update(userId, 'utf8').digest('base64url');
    if (known.size >= PSEUDONYMS_MAX) known.clear();
    known.set(userId, pseudonym);
    return pseudonym;
  };
}
