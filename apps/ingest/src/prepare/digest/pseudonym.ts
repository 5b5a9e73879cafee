import { createHmac, hash } from 'node:crypto';

const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;
const INNER_PAD = 0x36;
const OUTER_PAD = 0x5c;
const USER_ID_LENGTH_MAX = 256;
/** UTF-8 takes at most three bytes for one UTF-16 unit. */
const BYTES_PER_UNIT_MAX = 3;

/** Users whose pseudonym is remembered (some 40 MiB); then all are forgotten and computed anew. */
const REMEMBERED_MAX = 262_144;

/** The pseudonyms of the ledger's `pseudonymiser` (HMAC-SHA-256, base64url), remembered, since one user is seen many times. */
export function pseudonyms(key: Uint8Array): (userId: string) => string {
  const compute = computed(key);
  const remembered = new Map<string, string>();
  return (userId) => {
    const known = remembered.get(userId);
    if (known !== undefined) return known;
    if (remembered.size >= REMEMBERED_MAX) remembered.clear();
    const pseudonym = compute(userId);
    remembered.set(userId, pseudonym);
    return pseudonym;
  };
}

/** At half the cost of an Hmac object: RFC 2104 spelt out over two one-shot digests. */
function computed(key: Uint8Array): (userId: string) => string {
  if (key.byteLength > BLOCK_BYTES)
    return (userId) => createHmac('sha256', key).update(userId, 'utf8').digest('base64url');
  const inner = Buffer.alloc(BLOCK_BYTES + USER_ID_LENGTH_MAX * BYTES_PER_UNIT_MAX, INNER_PAD);
  const outer = Buffer.alloc(BLOCK_BYTES + DIGEST_BYTES, OUTER_PAD);
  for (const [at, byte] of key.entries()) {
    inner[at] = byte ^ INNER_PAD;
    outer[at] = byte ^ OUTER_PAD;
  }
  return (userId) => {
    if (userId.length > USER_ID_LENGTH_MAX)
      return createHmac('sha256', key).update(userId, 'utf8').digest('base64url');
    const length = inner.write(userId, BLOCK_BYTES, 'utf8');
    outer.write(hash('sha256', inner.subarray(0, BLOCK_BYTES + length), 'binary'), BLOCK_BYTES, 'latin1');
    return hash('sha256', outer, 'base64url');
  };
}
