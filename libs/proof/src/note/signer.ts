import { createPrivateKey, createPublicKey, sign, type KeyObject } from 'node:crypto';

/** Holds the key of the log; shaped like a key management service, which signs and never gives the key away. */
export interface LogSigner {
  /** Ed25519 signature (RFC 8032) over the bytes, 64 bytes. */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
  /** The 32 bytes of the Ed25519 public key. */
  publicKey(): Promise<Uint8Array>;
}

const SEED_BYTES = 32;
/** RFC 8410: what stands before the 32 bytes of an Ed25519 key in PKCS #8 and SubjectPublicKeyInfo. */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex');

/** A signer over a 32-byte seed that this process holds. @throws {RangeError} for a seed of another length. */
export function seedSigner(seed: Uint8Array): LogSigner {
  if (seed.byteLength !== SEED_BYTES) throw new RangeError(`An Ed25519 seed has ${SEED_BYTES} bytes.`);
  const key = createPrivateKey({
    key: Buffer.concat([PKCS8_HEAD, seed]),
    format: 'der',
    type: 'pkcs8',
  });
  const publicKey = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(SPKI_HEAD.length);
  return { sign: async (bytes) => sign(null, bytes, key), publicKey: async () => publicKey };
}

/** The key object of 32 bytes of an Ed25519 public key. */
export function publicKeyObject(bytes: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.concat([SPKI_HEAD, bytes]), format: 'der', type: 'spki' });
}
