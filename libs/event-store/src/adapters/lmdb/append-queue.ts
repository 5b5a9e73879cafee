import type { PlacedAppendResult, Expected, NewEvent } from '../../event-store.js';
import { AppendTooLarge } from '../../event-store.js';
import { Chunk } from './frame.js';
import { STREAM_BYTES_MAX, TYPE_BYTES_MAX, type Limits } from './limits.js';
import { frameBytesOf } from './write-events.js';

/** An append packed and waiting for its commit. */
export interface WaitingAppend {
  readonly stream: string;
  readonly expected: Expected;
  readonly chunks: readonly Chunk[];
  readonly events: number;
  readonly bytes: number;
  readonly resolve: (result: PlacedAppendResult) => void;
  readonly reject: (error: Error) => void;
}

/** Packs events into chunks. @throws {AppendTooLarge} over a limit. @throws {TypeError} for what no caller may send. */
export function packAppend(
  stream: string,
  events: readonly NewEvent[],
  expected: Expected,
  limits: Limits,
): Chunk[] {
  assertStream(stream);
  assertExpected(expected);
  if (events.length === 0) throw new TypeError('An append needs at least one event.');
  if (events.length > limits.appendEventsMax)
    throw new AppendTooLarge(
      `An append of ${events.length} events is over the limit of ${limits.appendEventsMax}.`,
    );
  const chunks: Chunk[] = [];
  let total = 0;
  let bytes = 0;
  let from = 0;
  for (let i = 0; i < events.length; i++) {
    const size = sizeOf(events[i] as NewEvent, limits);
    total += size;
    if (total > limits.appendBytesMax)
      throw new AppendTooLarge(`The append is over the limit of ${limits.appendBytesMax} bytes.`);
    if (i > from && (i - from === limits.chunkEventsMax || bytes + size > limits.chunkBytesMax)) {
      chunks.push(Chunk.pack(stream, events, from, i));
      from = i;
      bytes = 0;
    }
    bytes += size;
  }
  chunks.push(Chunk.pack(stream, events, from, events.length));
  return chunks;
}

function sizeOf(event: NewEvent, limits: Limits): number {
  const bytes = frameBytesOf(event);
  if (bytes > limits.eventBytesMax)
    throw new AppendTooLarge(
      `Event ${event.id} of ${bytes} bytes is over the limit of ${limits.eventBytesMax}.`,
    );
  // A UTF-16 unit takes at most three bytes, so only long names need counting.
  if (event.type.length * 3 > TYPE_BYTES_MAX && Buffer.byteLength(event.type) > TYPE_BYTES_MAX)
    throw new AppendTooLarge(`The type of event ${event.id} is over the limit of ${TYPE_BYTES_MAX} bytes.`);
  return bytes;
}

function assertStream(stream: string): void {
  // A lone surrogate has no UTF-8: two different names would be one stream.
  if (stream === '' || !stream.isWellFormed())
    throw new TypeError('A stream needs a name of well-formed Unicode.');
  if (Buffer.byteLength(stream) > STREAM_BYTES_MAX)
    throw new AppendTooLarge(`The name of the stream is over the limit of ${STREAM_BYTES_MAX} bytes.`);
}

function assertExpected(expected: Expected): void {
  if (typeof expected === 'number' && !(Number.isSafeInteger(expected) && expected >= 0))
    throw new TypeError(`An expected revision must be a whole number from 0, not ${expected}.`);
}
