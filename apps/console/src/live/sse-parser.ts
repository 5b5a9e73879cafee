/** One event of a stream (WHATWG HTML, server-sent events). */
export interface Frame {
  readonly event: string;
  readonly data: string;
  /** The last id seen, which is what a client comes back with. */
  readonly id: string;
}

/** A frame longer than this is no frame of ours: the stream is broken. */
const BUFFER_LENGTH_MAX = 4_000_000;

/** Turns pieces of text, cut anywhere, into frames. Comments keep the line alive and are told as `undefined`. */
export class SseParser {
  private buffer = '';
  private event = '';
  private data: string[] = [];
  private id = '';

  /** Frames that are complete now. @throws {RangeError} when a line never ends. */
  push(text: string): Frame[] {
    this.buffer += text;
    if (this.buffer.length > BUFFER_LENGTH_MAX) throw new RangeError('A frame of the stream is too long.');
    const frames: Frame[] = [];
    // A lone CR at the end may be half of a CRLF: it waits for what follows.
    const ends = /\r\n|\n|\r(?!$)/gu;
    let from = 0;
    for (let end = ends.exec(this.buffer); end !== null; end = ends.exec(this.buffer)) {
      const frame = this.line(this.buffer.slice(from, end.index));
      if (frame !== undefined) frames.push(frame);
      from = end.index + end[0].length;
    }
    this.buffer = this.buffer.slice(from);
    return frames;
  }

  private line(line: string): Frame | undefined {
    if (line === '') return this.dispatch();
    const colon = line.indexOf(':');
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /u, '');
    if (field === 'event') this.event = value;
    if (field === 'data') this.data.push(value);
    if (field === 'id' && !value.includes('\0')) this.id = value;
    return undefined;
  }

  private dispatch(): Frame | undefined {
    const { event, data, id } = this;
    this.event = '';
    this.data = [];
    if (data.length === 0) return undefined;
    return { event: event === '' ? 'message' : event, data: data.join('\n'), id };
  }
}
