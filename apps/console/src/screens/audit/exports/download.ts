/** How far an export has come. */
export interface ExportProgress {
  readonly bytes: number;
  /** Events that have arrived: the lines of the archive, which holds one event a line and a few more. */
  readonly events: number;
}

/** What a browser keeps in memory of one export; larger ones are written by the command line. */
export const EXPORT_BYTES_MAX = 1_000_000_000;
const NEWLINE = 10;

/** Reads an archive as it arrives and tells of each piece. @throws when it is too large, or ends before its end. */
export async function collect(
  body: ReadableStream<Uint8Array>,
  onProgress: (progress: ExportProgress) => void,
  bytesMax = EXPORT_BYTES_MAX,
): Promise<Blob> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  let events = 0;
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    bytes += value.length;
    if (bytes > bytesMax) {
      await reader.cancel();
      throw new Error('It is too large for a browser: take a shorter range, or run `npx flightdeck export`.');
    }
    events += linesIn(value);
    parts.push(Uint8Array.from(value));
    onProgress({ bytes, events });
  }
  return new Blob(parts, { type: 'application/x-tar' });
}

function linesIn(bytes: Uint8Array): number {
  let lines = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) lines += 1;
  return lines;
}

/** The range that was typed, within what is signed; undefined when it is none. */
export function rangeOf(
  fromText: string,
  toText: string,
  signed: number,
): { readonly from: number; readonly to: number } | undefined {
  const from = fromText.trim() === '' ? 0 : wholeOf(fromText);
  const to = toText.trim() === '' ? signed : wholeOf(toText);
  return from === undefined || to === undefined || from >= to || to > signed ? undefined : { from, to };
}

function wholeOf(text: string): number | undefined {
  return /^\s*\d{1,15}\s*$/u.test(text) ? Number(text) : undefined;
}
