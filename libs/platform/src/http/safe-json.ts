/** Limits of a JSON body; a body over one of them is refused before it can cost more than reading it. */
export const JSON_DEPTH_MAX = 32;
export const JSON_VALUES_MAX = 100_000;

const REFUSED_KEYS = new Set(['__proto__', 'constructor']);

/** The JSON is not one that we take; the message says why and holds nothing of it. */
export class JsonRefused extends Error {
  override readonly name = 'JsonRefused';
}

/**
 * Parses UTF-8 JSON with bounded depth and size, and without the keys that reach for a prototype.
 * @throws {JsonRefused} for anything else, malformed UTF-8 included.
 */
export function parseJson(bytes: Uint8Array): unknown {
  assertShallow(bytes);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new JsonRefused(error instanceof SyntaxError ? 'The body is not JSON.' : 'The body is not UTF-8.');
  }
  assertHarmless(value);
  return value;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);

/** One pass over the bytes, before the parser recurses. UTF-8 continuation bytes never look like ASCII, so bytes will do. */
function assertShallow(bytes: Uint8Array): void {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (inString) {
      if (byte === BACKSLASH) at++;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) inString = true;
    else if (OPENING.has(byte)) {
      if (++depth > JSON_DEPTH_MAX)
        throw new JsonRefused(`The body is nested deeper than ${JSON_DEPTH_MAX} levels.`);
    } else if (CLOSING.has(byte)) depth--;
  }
}

function assertHarmless(root: unknown): void {
  const pending: unknown[] = [root];
  let values = 0;
  while (pending.length > 0) {
    const value = pending.pop();
    if (++values > JSON_VALUES_MAX)
      throw new JsonRefused(`The body has more than ${JSON_VALUES_MAX} values.`);
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, inner] of Object.entries(value)) {
      if (REFUSED_KEYS.has(key)) throw new JsonRefused(`The body has a key ${key}.`);
      pending.push(inner);
    }
  }
}
