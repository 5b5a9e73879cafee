/** Text that bytes are compared with four at a time, as this machine's integers (little-endian on every platform Node runs on). */
export class Literal {
  readonly length: number;
  private readonly words: Int32Array;
  /** The last four bytes, which may overlap the word before them. */
  private readonly last: number;

  /** @throws {RangeError} for fewer than four bytes. */
  constructor(bytes: Uint8Array) {
    if (bytes.length < WORD) throw new RangeError('A literal has at least four bytes.');
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.length = bytes.length;
    this.words = Int32Array.from({ length: Math.floor(bytes.length / WORD) }, (_, i) =>
      view.getInt32(i * WORD, true),
    );
    this.last = view.getInt32(bytes.length - WORD, true);
  }

  /** Whether the bytes from `at` on are these; false when they would not end by `to`. */
  isAt(view: DataView, at: number, to: number): boolean {
    const { words, length } = this;
    if (at + length > to || view.getInt32(at + length - WORD, true) !== this.last) return false;
    for (let i = 0; i < words.length; i++) if (view.getInt32(at + i * WORD, true) !== words[i]) return false;
    return true;
  }
}

const WORD = 4;

/** The bytes of ASCII text, to be compared with. */
export function literal(text: string): Literal {
  return new Literal(Uint8Array.from(Buffer.from(text, 'latin1')));
}

/** The bytes [from, to) of a view, in memory of their own. */
export function copyOf(view: DataView, from: number, to: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + from, to - from).slice();
}

/** The bytes [from, to) of a view as text, which must be ASCII. */
export function textOf(view: DataView, from: number, to: number): string {
  return Buffer.from(view.buffer, view.byteOffset + from, to - from).toString('latin1');
}
