import { createHash } from 'node:crypto';
import type { EventStore } from '@flightdeck/event-store';
import { ledgerRange } from '../log/ledger-range.js';
import type { SealedCheckpoint } from '../log/checkpoint-file.js';
import type { LogReader } from '../log/log-reader.js';
import { eventLine } from './event-line.js';
import type { BundleFile } from './tar.js';

export const BUNDLE_FORMAT = 'flightdeck-export@1';
/** Bytes of events in one file of a bundle; one file is in memory at a time. */
const EVENTS_FILE_BYTES = 4 * 1024 * 1024;
const FILE_DIGITS = 6;
/** Checkpoints read at once. */
const CHECKPOINTS_PAGE = 1_000;

export interface BundleRange {
  /** Index of the first event. */
  readonly from: number;
  /** Index after the last event, at most the size of `checkpoint`. */
  readonly to: number;
  /** What everything is proved against. */
  readonly checkpoint: SealedCheckpoint;
}

/** A file as the manifest lists it. */
interface Listed {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * The events [from, to) with all that it takes to check them without this system: `events-*.ndjson`, `proofs.json` (what the tree
 * consists of beside them), `checkpoints.txt` (every checkpoint signed over them, and the one they are proved against), `key.txt`,
 * and last `manifest.json`. The same range has the same bytes. @throws {RangeError} when the ledger ends before `to`.
 */
export async function* bundleOf(
  ledger: Pick<EventStore, 'follow'>,
  log: LogReader,
  range: BundleRange,
): AsyncGenerator<BundleFile> {
  const listed: Listed[] = [];
  const list = (file: BundleFile): BundleFile => {
    const sha256 = createHash('sha256').update(file.bytes).digest('hex');
    listed.push({ name: file.name, bytes: file.bytes.byteLength, sha256 });
    return file;
  };
  for await (const file of eventFiles(ledger, log, range)) yield list(file);
  yield list(textFile('proofs.json', json(proofsOf(log, range))));
  yield list(textFile('checkpoints.txt', [...notesOf(log, range)].join('\n')));
  yield list(textFile('key.txt', `${log.verifierKey}\n`));
  const { from, to, checkpoint } = range;
  const manifest = {
    format: BUNDLE_FORMAT,
    origin: log.key.name,
    from,
    to,
    size: checkpoint.size,
    files: listed,
  };
  yield textFile('manifest.json', json(manifest));
}

async function* eventFiles(
  ledger: Pick<EventStore, 'follow'>,
  log: LogReader,
  { from, to }: BundleRange,
): AsyncGenerator<BundleFile> {
  let number = 0;
  let lines: string[] = [];
  let length = 0;
  const file = (): BundleFile => {
    const name = `events-${String(++number).padStart(FILE_DIGITS, '0')}.ndjson`;
    const made = textFile(name, lines.join(''));
    lines = [];
    length = 0;
    return made;
  };
  for await (const page of ledgerRange(ledger, log, from, to)) {
    for (const one of page) {
      const line = `${eventLine(one)}\n`;
      lines.push(line);
      length += line.length;
      if (length >= EVENTS_FILE_BYTES) yield file();
    }
  }
  if (lines.length > 0) yield file();
}

/** The roots of the perfect subtrees before the events, and of those after them up to the checkpoint: RFC 6962 nests them with the events. */
function proofsOf(log: LogReader, { from, to, checkpoint }: BundleRange): object {
  const base64 = (hashes: readonly Uint8Array[]): string[] =>
    hashes.map((hash) => Buffer.from(hash).toString('base64'));
  return { before: base64(log.frontierAt(from)), after: base64(log.subtrees(to, checkpoint.size)) };
}

function* notesOf(log: LogReader, { from, to, checkpoint }: BundleRange): Generator<string> {
  for (let next = Math.max(from, 1); ;) {
    const page = log.list(next, CHECKPOINTS_PAGE).filter(({ size }) => size <= to && size < checkpoint.size);
    for (const sealed of page) yield log.note(sealed);
    const last = page.at(-1);
    if (last === undefined || page.length < CHECKPOINTS_PAGE) break;
    next = last.size + 1;
  }
  yield log.note(checkpoint);
}

function textFile(name: string, text: string): BundleFile {
  return { name, bytes: Buffer.from(text) };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
