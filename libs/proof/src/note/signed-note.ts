import { createHash, verify } from 'node:crypto';
import { publicKeyObject, type LogSigner } from './signer.js';

/** C2SP signed-note: a text, an empty line, and lines `— <name> <base64 of key id and signature>`. */
const ED25519 = 0x01;
const KEY_ID_BYTES = 4;
const SIGNATURE_BYTES = 64;
const EM_DASH = '\u2014';
const SIGNATURE_LINE = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/u;
const VERIFIER_KEY = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/u;

/** A public key with the name under which it signs. */
export interface NoteKey {
  readonly name: string;
  /** 32 bytes of Ed25519. */
  readonly publicKey: Uint8Array;
}

/** First four bytes of SHA-256 over name, newline, algorithm and key. */
export function keyId({ name, publicKey }: NoteKey): Buffer {
  return createHash('sha256')
    .update(`${name}\n`)
    .update(Buffer.from([ED25519]))
    .update(publicKey)
    .digest()
    .subarray(0, KEY_ID_BYTES);
}

/** The key as verifiers of notes take it: `<name>+<key id>+<base64>`. */
export function verifierKey(key: NoteKey): string {
  const typed = Buffer.concat([Buffer.from([ED25519]), key.publicKey]).toString('base64');
  return `${key.name}+${keyId(key).toString('hex')}+${typed}`;
}

/** Reads a verifier key; undefined when it is none. */
export function parseVerifierKey(text: string): NoteKey | undefined {
  const [, name = '', id = '', encoded = ''] = VERIFIER_KEY.exec(text) ?? [];
  const typed = Buffer.from(encoded, 'base64');
  if (typed.length !== 1 + 32 || typed[0] !== ED25519) return undefined;
  const key = { name, publicKey: typed.subarray(1) };
  return keyId(key).toString('hex') === id ? key : undefined;
}

/** Signs a text, which must end with a newline. */
export async function signNote(text: string, name: string, signer: LogSigner): Promise<string> {
  return noteOf(text, { name, publicKey: await signer.publicKey() }, await signer.sign(Buffer.from(text)));
}

/** The note of a text and its signature. */
export function noteOf(text: string, key: NoteKey, signature: Uint8Array): string {
  return `${text}\n${EM_DASH} ${key.name} ${Buffer.concat([keyId(key), signature]).toString('base64')}\n`;
}

/** The text of a note that the key has signed; undefined when it has not. Signatures of others are passed over. */
export function openNote(note: string, key: NoteKey): string | undefined {
  const end = note.lastIndexOf('\n\n');
  if (end < 0 || !note.endsWith('\n')) return undefined;
  const text = note.slice(0, end + 1);
  for (const line of note.slice(end + 2, -1).split('\n')) {
    const [, name, encoded = ''] = SIGNATURE_LINE.exec(line) ?? [];
    const bytes = Buffer.from(encoded, 'base64');
    if (name !== key.name || bytes.length !== KEY_ID_BYTES + SIGNATURE_BYTES) continue;
    if (bytes.toString('base64') !== encoded) continue; // spare bits set: not how it was written
    if (!bytes.subarray(0, KEY_ID_BYTES).equals(keyId(key))) continue;
    const signature = bytes.subarray(KEY_ID_BYTES);
    if (verify(null, Buffer.from(text), publicKeyObject(key.publicKey), signature)) return text;
  }
  return undefined;
}
