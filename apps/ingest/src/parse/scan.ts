import { DEPTH_MAX, EVENTS_MAX, KEYS_MAX, RECORD_BYTES_MAX } from './limits.js';

/** Why a record must not even be given to JSON.parse. */
export type RecordFault = { readonly reason: 'malformed' | 'too-large'; readonly detail: string };

export const TOO_DEEP: RecordFault = {
  reason: 'malformed',
  detail: `The record nests deeper than ${DEPTH_MAX}.`,
};
export const TOO_MANY_KEYS: RecordFault = {
  reason: 'malformed',
  detail: `The record has more than ${KEYS_MAX} keys.`,
};
export const TOO_LARGE: RecordFault = {
  reason: 'too-large',
  detail: `The record is larger than ${RECORD_BYTES_MAX} bytes.`,
};

/** The elements of a JSON array as byte spans: element i is at `spans[2i]..spans[2i+1]`. */
export interface ArrayScan {
  readonly count: number;
  readonly spans: Uint32Array;
  /** By ordinal; elements that are missing here are harmless to parse. */
  readonly faults: ReadonlyMap<number, RecordFault>;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
/** Setting this bit turns `[` into `{` and `]` into `}`, and nothing else below 0x80 into either. */
const BRACKET_TO_BRACE = 0x20;

/** A key and its value take five bytes at least (`"":0,`). */
const KEY_BYTES_MIN = 5;

/**
 * Looks for what makes a record dangerous to parse, on its bytes and without recursion. Says nothing about its being JSON.
 * A record too short for {@link KEYS_MAX} keys in which no array can nest is harmless unseen: it may nest objects deeper than
 * {@link DEPTH_MAX}, a few hundred at most, and no event's schema lets it pass.
 * @param hasArrays whether the bytes may hold a `[` at all.
 */
export function recordFault(
  bytes: Uint8Array,
  start: number,
  end: number,
  hasArrays: boolean,
): RecordFault | undefined {
  if (end - start > RECORD_BYTES_MAX) return TOO_LARGE;
  if (!hasArrays && end - start <= KEYS_MAX * KEY_BYTES_MIN) return undefined;
  return structureFault(bytes, start, end);
}

/** Whether any array may begin in the bytes: one native search for all records of a request. */
export function mayHoldArrays(bytes: Buffer): boolean {
  return bytes.includes(OPEN_BRACKET);
}

/** As {@link recordFault}, of a record of any size and always exact. */
export function structureFault(bytes: Uint8Array, start: number, end: number): RecordFault | undefined {
  let depth = 0;
  let keys = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) at = endOfString(bytes, at + 1, end);
    else if (byte === COLON) keys++;
    else if ((byte | BRACKET_TO_BRACE) === OPEN_BRACE) {
      if (++depth > DEPTH_MAX) return TOO_DEEP;
    } else if ((byte | BRACKET_TO_BRACE) === CLOSE_BRACE) depth--;
  }
  return keys > KEYS_MAX ? TOO_MANY_KEYS : undefined;
}

/**
 * Splits the JSON array that begins at `start` into its elements, in one pass over the bytes.
 * @returns undefined when the brackets do not match up; `'too-many'` over {@link EVENTS_MAX} elements.
 */
export function scanArray(bytes: Uint8Array, start: number, end: number): ArrayScan | 'too-many' | undefined {
  const spans = new Spans();
  const faults = new Map<number, RecordFault>();
  let depth = 0;
  let deepest = 0;
  let keys = 0;
  let elementStart = start + 1;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) {
      at = endOfString(bytes, at + 1, end);
      continue;
    }
    if ((byte | BRACKET_TO_BRACE) === OPEN_BRACE) {
      if (++depth > deepest) deepest = depth;
      continue;
    }
    if (byte === COLON) keys++;
    const closes = (byte | BRACKET_TO_BRACE) === CLOSE_BRACE && --depth === 0;
    if (!closes && !(byte === COMMA && depth === 1)) continue;

    if (closes && spans.count === 0 && isBlank(bytes, elementStart, at)) {
      return finish(bytes, at + 1, end, { count: 0, spans: spans.taken(), faults });
    }
    if (spans.count === EVENTS_MAX) return 'too-many';
    const fault = faultOf(at - elementStart, deepest - 1, keys);
    if (fault !== undefined) faults.set(spans.count, fault);
    spans.add(elementStart, at);
    if (closes) return finish(bytes, at + 1, end, { count: spans.count, spans: spans.taken(), faults });
    elementStart = at + 1;
    deepest = depth;
    keys = 0;
  }
  return undefined;
}

function faultOf(length: number, depth: number, keys: number): RecordFault | undefined {
  if (length > RECORD_BYTES_MAX) return TOO_LARGE;
  if (depth > DEPTH_MAX) return TOO_DEEP;
  return keys > KEYS_MAX ? TOO_MANY_KEYS : undefined;
}

function finish(bytes: Uint8Array, rest: number, end: number, scan: ArrayScan): ArrayScan | undefined {
  return isBlank(bytes, rest, end) ? scan : undefined;
}

/** @returns the place of the closing quote, or `end` when there is none. */
function endOfString(bytes: Uint8Array, start: number, end: number): number {
  for (let at = start; at < end; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) return at;
    if (byte === BACKSLASH) at++;
  }
  return end;
}

/** @returns whether there is nothing but JSON white space (RFC 8259 §2) between two places. */
export function isBlank(bytes: Uint8Array, start: number, end: number): boolean {
  return firstSolid(bytes, start, end) === end;
}

/** @returns the first byte that is not JSON white space, or `end`. */
export function firstSolid(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09))
    at++;
  return at;
}

/** @returns whether a byte opens a JSON array. */
export function isArrayStart(byte: number | undefined): boolean {
  return byte === OPEN_BRACKET;
}

/** Byte spans of records, growing by doubling up to what a request may hold. */
export class Spans {
  private places = new Uint32Array(64);
  count = 0;

  add(start: number, end: number): void {
    if (this.count * 2 === this.places.length) {
      const larger = new Uint32Array(this.places.length * 2);
      larger.set(this.places);
      this.places = larger;
    }
    this.places[this.count * 2] = start;
    this.places[this.count * 2 + 1] = end;
    this.count++;
  }

  taken(): Uint32Array {
    return this.places.subarray(0, this.count * 2);
  }
}
