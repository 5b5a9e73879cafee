import { criteoReader } from './criteo.js';
import { csvReader } from './csv.js';
import { ImportRefused, type LineReader } from './import-refused.js';
import { ipinyouReader } from './ipinyou.js';
import { numberedLines } from './lines.js';
import { ndjsonReader } from './ndjson.js';

/** What a file of ad events can hold. */
export const IMPORT_FORMATS = ['ndjson', 'csv', 'ipinyou', 'criteo'] as const;
export type ImportFormat = (typeof IMPORT_FORMATS)[number];

export interface ImportOptions {
  /** Events in one batch, 1 to 10,000. */
  readonly batchEvents?: number;
  /** `csv`: event field → column (see {@link csvReader}). */
  readonly columnMap?: Readonly<Record<string, string>>;
  /** `criteo`: RFC 3339, what its second 0 means; default {@link CRITEO_EPOCH}. */
  readonly epoch?: string;
  /** ISO 4217: the currency of formats that name none; `criteo` USD, `ipinyou` CNY by default. */
  readonly currency?: string;
}

/** A batch as `POST /v1/events` takes it, and how far into the file it reaches. */
export interface ImportBatch {
  readonly ndjson: Uint8Array;
  readonly events: number;
  readonly bytesRead: number;
}

export const BATCH_EVENTS = 2_000;
const BATCH_EVENTS_MAX = 10_000;
/** Well below the 8 MiB of a request. */
const BATCH_BYTES_MAX = 4 * 1024 * 1024;

/**
 * Reads a file of ad events as batches of NDJSON, in bounded memory. Every event gets an id that depends only on its line, so
 * that importing the file again, or from the start after a crash, gives duplicates and nothing else.
 * @throws {ImportRefused} for a bad option, a header that lacks a column, or a row that cannot be read, naming its line.
 */
export async function* openImport(
  format: ImportFormat,
  path: string,
  options: ImportOptions = {},
): AsyncGenerator<ImportBatch, void, undefined> {
  const batchEvents = options.batchEvents ?? BATCH_EVENTS;
  if (!Number.isInteger(batchEvents) || batchEvents < 1 || batchEvents > BATCH_EVENTS_MAX) {
    throw new ImportRefused(`A batch takes 1 to ${BATCH_EVENTS_MAX} events.`);
  }
  const read = readerOf(format, options);
  let events: string[] = [];
  let bytes = 0;
  let bytesRead = 0;
  for await (const line of numberedLines(path)) {
    for (const event of read(line.text, line.number)) {
      const size = Buffer.byteLength(event) + 1;
      if (events.length > 0 && (events.length === batchEvents || bytes + size > BATCH_BYTES_MAX)) {
        yield batchOf(events, bytesRead);
        events = [];
        bytes = 0;
      }
      events.push(event);
      bytes += size;
    }
    bytesRead = line.bytesRead;
  }
  if (events.length > 0) yield batchOf(events, bytesRead);
}

function batchOf(events: readonly string[], bytesRead: number): ImportBatch {
  return { ndjson: Buffer.from(`${events.join('\n')}\n`), events: events.length, bytesRead };
}

function readerOf(format: ImportFormat, options: ImportOptions): LineReader {
  switch (format) {
    case 'ndjson':
      return ndjsonReader();
    case 'csv':
      return csvReader(options.columnMap ?? {}, options.currency);
    case 'ipinyou':
      return ipinyouReader(options.currency);
    case 'criteo':
      return criteoReader(options.epoch, options.currency);
  }
}
