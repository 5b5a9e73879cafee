const NOT_HEX = 255;
const HYPHEN = 45;
/** Value of each ASCII hex digit; NOT_HEX elsewhere. */
const NIBBLE = new Uint8Array(128).fill(NOT_HEX);
const DIGIT = new Uint8Array(16);
for (let value = 0; value < 16; value++) {
  const digit = value.toString(16);
  DIGIT[value] = digit.charCodeAt(0);
  NIBBLE[digit.charCodeAt(0)] = value;
  NIBBLE[digit.toUpperCase().charCodeAt(0)] = value;
}
/** Where each of the 16 bytes stands in the 36 characters of the text (RFC 9562 §4). */
const PLACES = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34] as const;
const TEXT_LENGTH = 36;

/** Writes the 16 bytes of a UUID's text at `offset`. @throws {TypeError} if it is not a UUID. */
export function writeUuid(text: string, target: Uint8Array, offset: number): void {
  let bad =
    text.length !== TEXT_LENGTH ||
    text.charCodeAt(8) !== HYPHEN ||
    text.charCodeAt(13) !== HYPHEN ||
    text.charCodeAt(18) !== HYPHEN ||
    text.charCodeAt(23) !== HYPHEN;
  for (let i = 0; i < 16 && !bad; i++) {
    const place = PLACES[i] ?? 0;
    const high = NIBBLE[text.charCodeAt(place)] ?? NOT_HEX;
    const low = NIBBLE[text.charCodeAt(place + 1)] ?? NOT_HEX;
    bad = high === NOT_HEX || low === NOT_HEX;
    target[offset + i] = (high << 4) | low;
  }
  if (bad)
    throw new TypeError(`An event id must be a UUID, not ${JSON.stringify(text.slice(0, TEXT_LENGTH))}.`);
}

const scratch = Buffer.alloc(TEXT_LENGTH, HYPHEN);

/** The text of the UUID whose 16 bytes stand at `offset`, in lower case. */
export function readUuid(source: Uint8Array, offset: number): string {
  for (let i = 0; i < 16; i++) {
    const byte = source[offset + i] ?? 0;
    const place = PLACES[i] ?? 0;
    scratch[place] = DIGIT[byte >> 4] ?? 0;
    scratch[place + 1] = DIGIT[byte & 15] ?? 0;
  }
  return scratch.toString('latin1', 0, TEXT_LENGTH);
}
