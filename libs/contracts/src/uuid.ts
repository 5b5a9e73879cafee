import { hash } from 'node:crypto';

/** The longest name that is hashed without a new buffer, in UTF-8 bytes. */
const NAME_BYTES_MAX = 1024;
const NAMESPACE_BYTES = 16;

const HEX_PAIRS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const NIBBLES = nibbles();
const GROUP_STARTS = [4, 6, 8, 10];

const scratch = Buffer.alloc(NAMESPACE_BYTES + NAME_BYTES_MAX);

/**
 * UUID version 5 (RFC 9562 §5.5) as 16 bytes: SHA-1 over the namespace's bytes and the name in UTF-8.
 * @throws {RangeError} when the namespace is not 16 bytes.
 */
export function uuidv5Bytes(namespace: Uint8Array, name: string | Uint8Array): Buffer {
  if (namespace.byteLength !== NAMESPACE_BYTES) throw new RangeError('A namespace has 16 bytes.');
  const bytes = hash('sha1', withNamespace(namespace, name), 'buffer').subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes;
}

/** UUID version 5 (RFC 9562 §5.5) in its text form; the namespace is a UUID in either form. */
export function uuidv5(namespace: string | Uint8Array, name: string | Uint8Array): string {
  return uuidText(uuidv5Bytes(typeof namespace === 'string' ? uuidBytes(namespace) : namespace, name));
}

/** The text form (lower case, 8-4-4-4-12) of the UUID in the 16 bytes from `offset`. */
export function uuidText(bytes: Uint8Array, offset = 0): string {
  let text = '';
  for (let i = 0; i < 16; i++) {
    if (GROUP_STARTS.includes(i)) text += '-';
    text += HEX_PAIRS[bytes[offset + i] ?? 0] ?? '';
  }
  return text;
}

/** The 16 bytes of a UUID's text form, either case. @throws {SyntaxError} when the text is no UUID. */
export function uuidBytes(text: string): Buffer {
  const bytes = Buffer.allocUnsafe(16);
  writeUuid(text, bytes, 0);
  return bytes;
}

/** Writes the 16 bytes of a UUID's text form at `offset`. @throws {SyntaxError} when the text is no UUID. */
export function writeUuid(text: string, target: Uint8Array, offset: number): void {
  let wrong = text.length ^ 36;
  let at = 0;
  for (let i = 0; i < 16; i++) {
    if (i === 4 || i === 6 || i === 8 || i === 10) wrong |= text.charCodeAt(at++) ^ 0x2d;
    const high = NIBBLES[text.charCodeAt(at++)] ?? 255;
    const low = NIBBLES[text.charCodeAt(at++)] ?? 255;
    wrong |= (high | low) & 0xf0;
    target[offset + i] = (high << 4) | low;
  }
  if (wrong !== 0) throw new SyntaxError(`Not a UUID: ${text.slice(0, 64)}`);
}

function withNamespace(namespace: Uint8Array, name: string | Uint8Array): Buffer {
  const fits =
    typeof name === 'string' ? name.length * 3 <= NAME_BYTES_MAX : name.byteLength <= NAME_BYTES_MAX;
  if (!fits) return Buffer.concat([namespace, typeof name === 'string' ? Buffer.from(name, 'utf8') : name]);
  scratch.set(namespace, 0);
  if (typeof name !== 'string') {
    scratch.set(name, NAMESPACE_BYTES);
    return scratch.subarray(0, NAMESPACE_BYTES + name.byteLength);
  }
  return scratch.subarray(0, NAMESPACE_BYTES + scratch.write(name, NAMESPACE_BYTES, 'utf8'));
}

/** Value of each hexadecimal digit by character code; 255 where there is none. */
function nibbles(): Uint8Array {
  const table = new Uint8Array(256).fill(255);
  for (let value = 0; value < 16; value++) {
    const digit = value.toString(16);
    table[digit.charCodeAt(0)] = value;
    table[digit.toUpperCase().charCodeAt(0)] = value;
  }
  return table;
}
