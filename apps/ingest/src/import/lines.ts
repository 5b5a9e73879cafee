import { createReadStream } from 'node:fs';
import { ImportRefused } from './import-refused.js';

/** A longer line is no record of ads; reading on would need unbounded memory. */
export const LINE_BYTES_MAX = 1024 * 1024;

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

export interface NumberedLine {
  readonly text: string;
  /** 1-based. */
  readonly number: number;
  /** Bytes of the file up to the end of this line. */
  readonly bytesRead: number;
}

/**
 * The lines of a UTF-8 file that are not blank, without their line ends and without a byte order mark, in bounded memory.
 * @throws {ImportRefused} for a line over {@link LINE_BYTES_MAX}.
 */
export async function* numberedLines(path: string): AsyncGenerator<NumberedLine, void, undefined> {
  let number = 0;
  let bytesRead = 0;
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let start = 0;
    for (let newline = bytes.indexOf(NEWLINE); newline !== -1; newline = bytes.indexOf(NEWLINE, start)) {
      bytesRead += newline + 1 - start;
      const text = lineText(bytes, start, newline, ++number);
      if (text.trim() !== '') yield { text, number, bytesRead };
      start = newline + 1;
    }
    rest = bytes.subarray(start);
    if (rest.length > LINE_BYTES_MAX) throw tooLong(number + 1);
  }
  const text = lineText(rest, 0, rest.length, ++number);
  if (text.trim() !== '') yield { text, number, bytesRead: bytesRead + rest.length };
}

function lineText(bytes: Buffer, start: number, end: number, number: number): string {
  if (end - start > LINE_BYTES_MAX) throw tooLong(number);
  const text = bytes.toString(
    'utf8',
    start,
    end > start && bytes[end - 1] === CARRIAGE_RETURN ? end - 1 : end,
  );
  return number === 1 && text.startsWith('\uFEFF') ? text.slice(1) : text;
}

function tooLong(number: number): ImportRefused {
  return new ImportRefused(`Line ${number} is longer than ${LINE_BYTES_MAX} bytes.`);
}
