import { type Literal, literal, textOf } from './literal.js';

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
const LAST_ASCII = 127;
/** Where the bytes end, as a byte that none is. */
const NONE = -1;
/** Digits of an integer that a number surely holds exactly. */
const DIGITS_MAX = 15;

/** One byte four times over. */
const QUOTES = 0x22222222;
const BACKSLASHES = 0x5c5c5c5c;
const ONES = 0x01010101;
const HIGH_BITS = 0x80808080;

/** What {@link JsonCursor.field} came to. */
export const FIELD = { none: 0, string: 1, other: 2, unclear: 3 } as const;
export type Field = (typeof FIELD)[keyof typeof FIELD];

/**
 * Walks over JSON without white space, as this system writes it, and reads only what is asked for, straight from the bytes.
 * What it does not understand (an escape in a string it reads, a fraction, white space) it says so, and JSON.parse has to do it.
 */
export class JsonCursor {
  /** The string last read: [start, end). */
  start = 0;
  end = 0;
  /** The key that {@link field} came to: [keyStart, keyEnd). */
  keyStart = 0;
  keyEnd = 0;
  /** Whether the string that {@link field} passed over is ASCII without escapes. */
  isPlain = false;
  view: DataView = new DataView(new ArrayBuffer(0));
  /** Where it is, and where the bytes end. */
  at = 0;
  to = 0;

  /** Begins at the object that is in bytes [from, to). */
  open(view: DataView, from: number, to: number): boolean {
    this.view = view;
    this.at = from;
    this.to = to;
    return this.enter();
  }

  /** Goes into the object that is the value here. */
  enter(): boolean {
    return this.byte(this.at++) === OPEN;
  }

  /** Passes over `expected` if that is what comes next. */
  pass(expected: Literal): boolean {
    if (!expected.isAt(this.view, this.at, this.to)) return false;
    this.at += expected.length;
    return true;
  }

  /** Reads the rest of a string, whose quote was passed, into [start, end) and stops at its end; false when it is not plain. */
  restOfString(): boolean {
    this.start = this.at;
    this.end = this.special(this.at);
    this.at = this.end;
    return this.byte(this.end) === QUOTE;
  }

  /** Goes to the next key of the object: 1 when there is one, 0 after the last, −1 when it is not understood. */
  key(): number {
    const next = this.byte(this.at);
    if (next === CLOSE) {
      this.at += 1;
      return 0;
    }
    if (next === COMMA) this.at += 1;
    if (!this.string() || this.byte(this.at++) !== COLON) return -1;
    this.keyStart = this.start;
    this.keyEnd = this.end;
    return 1;
  }

  /**
   * Goes to the next key of the object and, where its value is a string, into [start, end) and past it; other values stay ahead.
   * It does what {@link key} and {@link skip} would at once, because most of an event is strings that nobody asks for.
   */
  field(): Field {
    let at = this.at;
    const next = this.byte(at);
    if (next === CLOSE) {
      this.at = at + 1;
      return FIELD.none;
    }
    if (next === COMMA) at += 1;
    if (this.byte(at) !== QUOTE) return FIELD.unclear;
    this.keyStart = at + 1;
    this.keyEnd = this.special(at + 1);
    at = this.keyEnd + 2;
    if (this.byte(at - 2) !== QUOTE || this.byte(at - 1) !== COLON) return FIELD.unclear;
    if (this.byte(at) !== QUOTE) {
      this.at = at;
      return FIELD.other;
    }
    this.start = at + 1;
    this.isPlain = true;
    let end = this.special(at + 1);
    for (let byte = this.byte(end); byte !== QUOTE; byte = this.byte(end)) {
      if (byte === NONE) return FIELD.unclear;
      this.isPlain = false;
      end = this.special(byte === BACKSLASH ? end + 2 : end + 1);
    }
    this.end = end;
    this.at = end + 1;
    return FIELD.string;
  }

  /** Whether the key last come to is `name` (which ends with the quote and the colon). */
  isKey(name: Literal): boolean {
    return name.isAt(this.view, this.keyStart, this.to);
  }

  /** Whether `rest` is all that comes after the colon of the key last come to; if so, it is passed over. */
  endsWith(rest: Literal): boolean {
    if (this.to - this.at !== rest.length || !rest.isAt(this.view, this.at, this.to)) return false;
    this.at = this.to;
    return true;
  }

  /** Reads an ASCII string without escapes into [start, end). */
  string(): boolean {
    if (this.byte(this.at) !== QUOTE) return false;
    this.start = this.at + 1;
    this.end = this.special(this.start);
    this.at = this.end + 1;
    return this.byte(this.end) === QUOTE;
  }

  /** Reads an integer; NaN when it is none, or too long. */
  integer(): number {
    let at = this.at;
    const negative = this.byte(at) === MINUS;
    if (negative) at += 1;
    const from = at;
    let value = 0;
    for (let digit = this.byte(at); digit >= ZERO && digit <= NINE; digit = this.byte(++at)) {
      value = value * 10 + digit - ZERO;
    }
    const next = this.byte(at);
    if (at === from || at - from > DIGITS_MAX || (next !== COMMA && next !== CLOSE)) return NaN;
    this.at = at;
    return negative && value !== 0 ? -value : value;
  }

  /** Passes over any value. */
  skip(): boolean {
    let depth = 0;
    for (let at = this.at; ; at++) {
      const byte = this.byte(at);
      if (byte === NONE) return false;
      if (byte === QUOTE) {
        for (at = this.special(at + 1); this.byte(at) !== QUOTE;) {
          if (at >= this.to) return false;
          at = this.special(this.byte(at) === BACKSLASH ? at + 2 : at + 1);
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
    return this.at === this.to;
  }

  private byte(at: number): number {
    return at < this.to ? this.view.getUint8(at) : NONE;
  }

  /** The first quote, backslash or byte beyond ASCII from `at` on, four bytes at a time; where the bytes end if there is none. */
  private special(from: number): number {
    const { view, to } = this;
    let at = from;
    for (; at + 4 <= to; at += 4) {
      const word = view.getInt32(at, true);
      const quote = word ^ QUOTES;
      const backslash = word ^ BACKSLASHES;
      // The high bit of each byte that was 0 is set, and above the lowest of them perhaps others (Hacker's Delight, 6-1).
      const found = (((quote - ONES) & ~quote) | ((backslash - ONES) & ~backslash) | word) & HIGH_BITS;
      if (found !== 0) return at + ((31 - Math.clz32(found & -found)) >> 3);
    }
    for (; at < to; at++) {
      const byte = view.getUint8(at);
      if (byte === QUOTE || byte === BACKSLASH || byte > LAST_ASCII) return at;
    }
    return Math.max(at, to);
  }
}

/** The text of the last string, which the next one mostly is again. */
export class LastText {
  private bytes = literal('none');
  private last = '';

  of({ view, start, end }: JsonCursor): string {
    if (this.last.length === end - start && this.bytes.isAt(view, start, end)) return this.last;
    const text = textOf(view, start, end);
    if (text.length < 4) return text; // makes no literal
    this.bytes = literal(text);
    this.last = text;
    return text;
  }
}
