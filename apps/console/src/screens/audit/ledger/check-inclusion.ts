import type { InclusionProof } from '../../../api/generated/types.gen';

/** What this browser made of a proof, by its own arithmetic. */
export interface InclusionCheck {
  /** The leaf of the event as it stands in the proof, in base64. */
  readonly leaf: string;
  readonly isLeafSame: boolean;
  /** The root that leaf and path come to, in base64; undefined when the path has another length than the tree asks for. */
  readonly root: string | undefined;
  readonly signedRoot: string;
  readonly signedSize: number;
  readonly isRootSame: boolean;
  readonly isSignatureGood: boolean;
  /** All three hold. */
  readonly isProved: boolean;
}

type Bytes = Uint8Array<ArrayBuffer>;

const LEAF_PREFIX = 0;
const NODE_PREFIX = 1;
const LEAF_FORMAT = 1;
const KEY_ID_BYTES = 4;
const NOTE = /^([^\n]+)\n(\d{1,16})\n([A-Za-z0-9+/]{43}=)\n\n— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})\n$/u;
const KEY = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/u;

/** Whether this browser can: it hands its hashes only to pages that came over HTTPS or from this machine. */
export function canCheck(): boolean {
  return (globalThis.crypto as Crypto | undefined)?.subtle !== undefined;
}

/**
 * Makes the leaf anew from the event, goes up the path to the root, and holds the root and its signature against the checkpoint: what
 * `tools/verify.mjs inclusion` does (docs/audit.md). It trusts the key that the proof brings; whoever keeps one compares it.
 * @throws {Error} for a proof that is not written as one is.
 */
export async function checkInclusion(proof: InclusionProof): Promise<InclusionCheck> {
  const [, origin, size, signedRoot, signer, signature] = NOTE.exec(proof.checkpoint) ?? [];
  if (origin === undefined || size === undefined || signedRoot === undefined)
    throw new Error('The checkpoint is not written as one is.');
  const signedSize = Number(size);
  const leaf = await leafHash(proof.event, proof.position);
  const path = proof.path.map(fromBase64);
  const root = await rootOf(leaf, proof.position, signedSize, path);
  const text = `${origin}\n${size}\n${signedRoot}\n`;
  const isSignatureGood = await isSigned(text, signer ?? '', signature ?? '', proof.key);
  const told = {
    ...{ leaf: toBase64(leaf), isLeafSame: toBase64(leaf) === proof.leafHash },
    ...{ root: root === undefined ? undefined : toBase64(root), signedRoot, signedSize },
    isRootSame: root !== undefined && toBase64(root) === signedRoot,
    isSignatureGood,
  };
  return { ...told, isProved: told.isLeafSame && told.isRootSame && told.isSignatureGood };
}

interface ExportedEvent {
  readonly index: number;
  readonly stream: string;
  readonly revision: number;
  readonly recordedAtMs: number;
  readonly id: string;
  readonly type: string;
  readonly binary?: boolean;
  readonly data?: string;
  readonly dataBase64?: string;
  readonly metadata?: string;
  readonly metadataBase64?: string;
}

/** Format 1 of a leaf: the table in docs/audit.md. */
async function leafHash(line: string, position: number): Promise<Bytes> {
  const event = JSON.parse(line) as ExportedEvent;
  const parts = [
    Uint8Array.of(LEAF_PREFIX, LEAF_FORMAT),
    ...[position, event.revision, event.recordedAtMs].map((number) => bigEndian(number, 8)),
    hexBytes(event.id.replaceAll('-', '')),
    Uint8Array.of(event.binary === true ? 1 : 0),
    ...withLength(utf8(event.stream), 2),
    ...withLength(utf8(event.type), 2),
    ...withLength(bytesOf(event.data, event.dataBase64), 4),
    ...withLength(bytesOf(event.metadata, event.metadataBase64), 4),
  ];
  return sha256(...parts);
}

/** RFC 6962 §2.1.1, from the leaf outwards. */
async function rootOf(
  leaf: Bytes,
  index: number,
  size: number,
  path: readonly Bytes[],
): Promise<Bytes | undefined> {
  const isRightAt: boolean[] = []; // from the root down to the leaf
  for (let [from, to] = [0, size]; to - from > 1;) {
    const split = from + largestPowerBelow(to - from);
    isRightAt.push(index >= split);
    if (index >= split) from = split;
    else to = split;
  }
  if (index >= size || isRightAt.length !== path.length) return undefined;
  let node = leaf;
  for (const [at, sibling] of path.entries()) {
    const isRight = isRightAt[isRightAt.length - 1 - at] === true;
    node = await sha256(Uint8Array.of(NODE_PREFIX), ...(isRight ? [sibling, node] : [node, sibling]));
  }
  return node;
}

function largestPowerBelow(size: number): number {
  let power = 1;
  while (power * 2 < size) power *= 2;
  return power;
}

/** C2SP signed note with Ed25519: the key id before the signature is the key's, and the signature is of the text. */
async function isSigned(text: string, signer: string, signature: string, key: string): Promise<boolean> {
  const [, name, id, encoded] = KEY.exec(key) ?? [];
  if (name === undefined || id === undefined || encoded === undefined || name !== signer) return false;
  const typed = fromBase64(encoded);
  const signed = fromBase64(signature);
  const named = (await sha256(utf8(`${name}\n`), typed)).slice(0, KEY_ID_BYTES);
  if (hexOf(named) !== id || hexOf(signed.slice(0, KEY_ID_BYTES)) !== id) return false;
  const raw = await crypto.subtle.importKey('raw', typed.slice(1), { name: 'Ed25519' }, false, ['verify']);
  return crypto.subtle.verify({ name: 'Ed25519' }, raw, signed.slice(KEY_ID_BYTES), utf8(text));
}

async function sha256(...parts: readonly Bytes[]): Promise<Bytes> {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return new Uint8Array(await crypto.subtle.digest('SHA-256', whole));
}

function withLength(bytes: Bytes, width: number): readonly Bytes[] {
  return [bigEndian(bytes.length, width), bytes];
}

function bigEndian(value: number, width: number): Bytes {
  const bytes = new Uint8Array(width);
  let rest = BigInt(value);
  for (let at = width - 1; at >= 0; at--) {
    bytes[at] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return bytes;
}

function bytesOf(text: string | undefined, base64: string | undefined): Bytes {
  return text === undefined ? fromBase64(base64 ?? '') : utf8(text);
}

function utf8(text: string): Bytes {
  return Uint8Array.from(new TextEncoder().encode(text));
}

function hexBytes(hex: string): Bytes {
  return Uint8Array.from(hex.match(/../gu) ?? [], (pair) => Number.parseInt(pair, 16));
}

function hexOf(bytes: Bytes): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

function fromBase64(text: string): Bytes {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

function toBase64(bytes: Bytes): string {
  return btoa(String.fromCharCode(...bytes));
}
