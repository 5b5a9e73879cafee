import { epochDay, UTC_DAY_MS } from '@flightdeck/domain';

const QUOTE = 34;
const COMMA = 44;
const MINUS = 45;
const ZERO = 48;
const NINE = 57;
const COLON = 58;
const OPEN_ARRAY = 91;
const BACKSLASH = 92;
const CLOSE_ARRAY = 93;
const OPEN = 123;
const CLOSE = 125;
const LAST_PRINTABLE = 126;
/** Digits of an integer that a number surely holds exactly. */
const DIGITS_MAX = 15;
const INSTANT_FORM = Uint8Array.from(Buffer.from('0000-00-00T00:00:00.000Z'));
const INSTANT_BYTES = INSTANT_FORM.length;

/** What {@link JsonCursor.field} came to. */
export const FIELD = { none: 0, string: 1, other: 2, unclear: 3 } as const;
export type Field = (typeof FIELD)[keyof typeof FIELD];

/**
 * Walks over JSON without white space, as this system writes it, and reads only what is asked for, straight from the bytes.
 * What it does not understand (an escape in a string it reads, a fraction, white space) it says so, and JSON.parse has to do it.
 */
export class JsonCursor {
  /** The key, or the string, last read: [start, end). */
  start = 0;
  end = 0;
  private bytes: Uint8Array = new Uint8Array();
  private at = 0;

  /** The key that {@link field} came to: [keyStart, keyEnd). */
  keyStart = 0;
  keyEnd = 0;
  /** Whether the string that {@link field} passed over is printable ASCII without escapes. */
  isPlain = false;

  /** Begins at the object that the bytes are. */
  open(bytes: Uint8Array): boolean {
    this.bytes = bytes;
    this.at = 0;
    return this.enter();
  }

  /** Goes into the object that is the value here. */
  enter(): boolean {
    return this.bytes[this.at++] === OPEN;
  }

  /** Goes to the next key of the object: 1 when there is one, 0 after the last, −1 when it is not understood. */
  key(): number {
    const next = this.bytes[this.at];
    if (next === CLOSE) {
      this.at += 1;
      return 0;
    }
    if (next === COMMA) this.at += 1;
    return this.string() && this.bytes[this.at++] === COLON ? 1 : -1;
  }

  /**
   * Goes to the next key of the object and, where its value is a string, into [start, end) and past it; other values stay ahead.
   * One loop does what {@link key} and {@link skip} would, because most of an event is strings that nobody asks for.
   */
  field(): Field {
    const { bytes } = this;
    let at = this.at;
    let byte = bytes[at];
    if (byte === CLOSE) {
      this.at = at + 1;
      return FIELD.none;
    }
    if (byte === COMMA) at += 1;
    if (bytes[at] !== QUOTE) return FIELD.unclear;
    this.keyStart = ++at;
    for (byte = bytes[at]; byte !== QUOTE; byte = bytes[++at]) {
      if (byte === undefined || byte === BACKSLASH) return FIELD.unclear;
    }
    this.keyEnd = at;
    if (bytes[at + 1] !== COLON) return FIELD.unclear;
    at += 2;
    if (bytes[at] !== QUOTE) {
      this.at = at;
      return FIELD.other;
    }
    this.start = ++at;
    let isPlain = true;
    for (byte = bytes[at]; byte !== QUOTE; byte = bytes[++at]) {
      if (byte === undefined) return FIELD.unclear;
      if (byte <= LAST_PRINTABLE && byte !== BACKSLASH) continue;
      isPlain = false;
      if (byte === BACKSLASH) at += 1;
    }
    this.isPlain = isPlain;
    this.end = at;
    this.at = at + 1;
    return FIELD.string;
  }

  /** Whether the key that {@link field} came to is `name`. */
  isKey(name: Uint8Array): boolean {
    const { bytes, keyStart } = this;
    if (this.keyEnd - keyStart !== name.length) return false;
    for (let i = 0; i < name.length; i++) if (bytes[keyStart + i] !== name[i]) return false;
    return true;
  }

  /** Whether `rest` is all that comes after the colon of the key last read; if so, it is passed over. */
  endsWith(rest: Uint8Array): boolean {
    const { bytes, at } = this;
    if (bytes.length - at !== rest.length) return false;
    for (let i = 0; i < rest.length; i++) if (bytes[at + i] !== rest[i]) return false;
    this.at = bytes.length;
    return true;
  }

  /** A copy of what comes from the value ahead to the end. */
  rest(): Uint8Array {
    return this.bytes.slice(this.at);
  }

  /** Whether the key or string last read is `name`. */
  is(name: Uint8Array): boolean {
    const { bytes, start } = this;
    if (this.end - start !== name.length) return false;
    for (let i = 0; i < name.length; i++) if (bytes[start + i] !== name[i]) return false;
    return true;
  }

  /** Reads a string of printable ASCII without escapes into [start, end). */
  string(): boolean {
    const { bytes } = this;
    let at = this.at;
    if (bytes[at] !== QUOTE) return false;
    this.start = ++at;
    for (let byte = bytes[at]; byte !== QUOTE; byte = bytes[++at]) {
      if (byte === undefined || byte === BACKSLASH || byte > LAST_PRINTABLE) return false;
    }
    this.end = at;
    this.at = at + 1;
    return true;
  }

  /** Reads an integer; NaN when it is none, or too long. */
  integer(): number {
    const { bytes } = this;
    let at = this.at;
    const negative = bytes[at] === MINUS;
    if (negative) at += 1;
    const from = at;
    let value = 0;
    for (let digit = bytes[at]; digit !== undefined && digit >= ZERO && digit <= NINE; digit = bytes[++at]) {
      value = value * 10 + digit - ZERO;
    }
    const next = bytes[at];
    if (at === from || at - from > DIGITS_MAX || (next !== COMMA && next !== CLOSE)) return NaN;
    this.at = at;
    return negative && value !== 0 ? -value : value;
  }

  /** Passes over any value. */
  skip(): boolean {
    const { bytes } = this;
    let depth = 0;
    for (let at = this.at; ; at++) {
      const byte = bytes[at];
      if (byte === undefined) return false;
      if (byte === QUOTE) {
        for (at += 1; bytes[at] !== QUOTE; at++) {
          if (bytes[at] === BACKSLASH) at += 1;
          if (bytes[at] === undefined) return false;
        }
      } else if (byte === OPEN || byte === OPEN_ARRAY) {
        depth += 1;
      } else if (depth === 0 && (byte === COMMA || byte === CLOSE)) {
        this.at = at;
        return true;
      } else if (byte === CLOSE || byte === CLOSE_ARRAY) {
        depth -= 1;
      }
    }
  }

  /** Whether nothing comes after the object. */
  isAtEnd(): boolean {
    return this.at === this.bytes.length;
  }

  /** The string last read, as text. */
  text(): string {
    const { buffer, byteOffset } = this.bytes;
    return Buffer.from(buffer, byteOffset + this.start, this.end - this.start).toString('latin1');
  }

  /** The instant that the string last read is, as `Date.prototype.toISOString` writes it; NaN when it is written otherwise. */
  instant(): number {
    const { bytes, start, end } = this;
    if (end - start !== INSTANT_BYTES) return NaN;
    for (let i = 0; i < INSTANT_BYTES; i++) {
      const form = INSTANT_FORM[i];
      const byte = bytes[start + i] ?? 0;
      if (form === ZERO ? byte < ZERO || byte > NINE : byte !== form) return NaN;
    }
    const year = this.two(0) * 100 + this.two(2);
    const seconds = this.two(11) * 3_600 + this.two(14) * 60 + this.two(17);
    const ms = this.two(20) * 10 + (bytes[start + 22] ?? 0) - ZERO;
    return epochDay(year, this.two(5), this.two(8)) * UTC_DAY_MS + seconds * 1_000 + ms;
  }

  private two(offset: number): number {
    const at = this.start + offset;
    return ((this.bytes[at] ?? 0) - ZERO) * 10 + (this.bytes[at + 1] ?? 0) - ZERO;
  }
}

/** The text of the last string, which the next one mostly is again. */
export class LastText {
  private bytes: Uint8Array = new Uint8Array();
  private last = '';

  of(cursor: JsonCursor): string {
    if (cursor.is(this.bytes)) return this.last;
    this.last = cursor.text();
    this.bytes = ascii(this.last);
    return this.last;
  }
}

/** The bytes of ASCII text. */
export function ascii(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'latin1'));
}
