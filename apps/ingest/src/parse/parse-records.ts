import { isUtf8 } from 'node:buffer';
import { EVENTS_MAX } from './limits.js';
import { parseJson } from './parse-json.js';
import { parseNdjson } from './parse-ndjson.js';
import type { ParsedRequest, Refusal } from './parsed-request.js';
import { firstSolid, isArrayStart, scanArray } from './scan.js';

/** Producers' records of a stream, one behind the other in a body. */
export interface RecordFrames {
  /** Where each record ends; it begins where the one before it ends. */
  readonly ends: readonly number[];
  /** The place of each record in its source. */
  readonly positions: readonly string[];
}

const MALFORMED: Refusal = { reason: 'malformed', detail: 'The element is not JSON.' };
const TOO_MANY: Refusal = { reason: 'too-large', detail: `A record takes at most ${EVENTS_MAX} events.` };

/**
 * Reads records of a stream: each a JSON object, an array of them, or NDJSON. Unlike a request, nothing here can be refused as a
 * whole: whatever cannot be read is refused on its own, with its bytes, and the rest goes on. Event `i` of a record is at
 * `position#i`, whatever stands beside it.
 */
export function parseRecords(body: Uint8Array, frames: RecordFrames): ParsedRequest {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const values: unknown[] = [];
  const refusals = new Map<number, Refusal>();
  const positions: string[] = [];
  const spans: number[] = [];
  let start = 0;
  frames.ends.forEach((end, at) => {
    const first = values.length;
    const record = parseRecord(bytes.subarray(start, end));
    record.values.forEach((value, index) => {
      const refusal = record.refusals.get(index);
      if (refusal !== undefined) refusals.set(first + index, refusal);
      values.push(value);
      positions.push(`${frames.positions[at] ?? ''}#${index}`);
      spans.push(start + (record.spans[2 * index] ?? 0), start + (record.spans[2 * index + 1] ?? 0));
    });
    start = end;
  });
  return { bytes, values, refusals, spans: Uint32Array.from(spans), positions };
}

function parseRecord(bytes: Buffer): ParsedRequest {
  const from = firstSolid(bytes, 0, bytes.length);
  if (isArrayStart(bytes[from])) {
    const elements = parseArray(bytes, from);
    if (elements !== undefined) return elements;
  } else {
    const whole = parseJson(bytes, 0);
    if (whole.ok) return whole.request;
  }
  const lines = parseNdjson(bytes, 0);
  if (lines.ok) return lines.request;
  return {
    bytes,
    values: [undefined],
    refusals: new Map([[0, TOO_MANY]]),
    spans: Uint32Array.of(0, bytes.length),
  };
}

/** An array element by element, so that one that is not JSON leaves its neighbours alone. Undefined when it is no array after all. */
function parseArray(bytes: Buffer, from: number): ParsedRequest | undefined {
  const scan = isUtf8(bytes) ? scanArray(bytes, from, bytes.length) : undefined;
  if (scan === undefined || scan === 'too-many') return undefined;
  const refusals = new Map<number, Refusal>(scan.faults);
  const values = Array.from({ length: scan.count }, (_, index) => {
    if (refusals.has(index)) return undefined;
    try {
      return JSON.parse(bytes.toString('utf8', scan.spans[2 * index], scan.spans[2 * index + 1])) as unknown;
    } catch {
      refusals.set(index, MALFORMED);
      return undefined;
    }
  });
  return { bytes, values, refusals, spans: scan.spans };
}
