import { isAscii, isUtf8 } from 'node:buffer';
import { EVENTS_MAX } from './limits.js';
import { refuseRequest, type ParseResult, type Refusal } from './parsed-request.js';
import { firstSolid, mayHoldArrays, recordFault, Spans } from './scan.js';

const NEWLINE = 0x0a;

/** How to read the lines: pure ASCII is read fastest as Latin-1; where the body is damaged, each line is looked at. */
type Encoding = 'latin1' | 'utf8' | 'damaged';

/**
 * One record a line; blank lines do not count. A bad line is refused on its own and the others go on.
 * @param start where the text begins, after a byte order mark.
 */
export function parseNdjson(bytes: Buffer, start: number): ParseResult {
  const values: unknown[] = [];
  const refusals = new Map<number, Refusal>();
  const spans = new Spans();
  const encoding = isAscii(bytes) ? 'latin1' : isUtf8(bytes) ? 'utf8' : 'damaged';
  const hasArrays = mayHoldArrays(bytes);
  for (let lineStart = start; lineStart < bytes.length;) {
    const newline = bytes.indexOf(NEWLINE, lineStart);
    const lineEnd = newline === -1 ? bytes.length : newline;
    const from = firstSolid(bytes, lineStart, lineEnd);
    if (from < lineEnd) {
      if (spans.count === EVENTS_MAX) {
        return refuseRequest(413, 'too-many-events', `A request takes at most ${EVENTS_MAX} events.`);
      }
      const end = bytes[lineEnd - 1] === 0x0d ? lineEnd - 1 : lineEnd;
      spans.add(from, end);
      const fault = recordFault(bytes, from, end, hasArrays);
      if (fault !== undefined) refusals.set(values.length, fault);
      values.push(
        fault === undefined ? readLine(bytes, from, end, encoding, values.length, refusals) : undefined,
      );
    }
    lineStart = lineEnd + 1;
  }
  return { ok: true, request: { bytes, values, refusals, spans: spans.taken() } };
}

function readLine(
  bytes: Buffer,
  start: number,
  end: number,
  encoding: Encoding,
  ordinal: number,
  refusals: Map<number, Refusal>,
): unknown {
  if (encoding === 'damaged' && !isUtf8(bytes.subarray(start, end))) {
    refusals.set(ordinal, { reason: 'malformed', detail: 'The line is not valid UTF-8.' });
    return undefined;
  }
  try {
    return JSON.parse(bytes.toString(encoding === 'latin1' ? 'latin1' : 'utf8', start, end));
  } catch {
    refusals.set(ordinal, { reason: 'malformed', detail: 'The line is not JSON.' });
    return undefined;
  }
}
