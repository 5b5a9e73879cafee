import { isUtf8 } from 'node:buffer';
import { EVENTS_MAX, RECORD_BYTES_MAX } from './limits.js';
import { refuseRequest, type ParsedRequest, type ParseResult, type Refusal } from './parsed-request.js';
import { firstSolid, isArrayStart, scanArray, structureFault, TOO_LARGE, type ArrayScan } from './scan.js';

const NOT_JSON = 'The body is not JSON.';

/**
 * One JSON object, or an array of them when `batch` allows it. A body that is not JSON is refused whole; an element of an
 * array that is too deep or too large is refused on its own.
 * @param start where the text begins, after a byte order mark.
 */
export function parseJson(bytes: Buffer, start: number): ParseResult {
  if (!isUtf8(bytes)) return refuseRequest(400, 'malformed-body', 'The body is not valid UTF-8.');
  const from = firstSolid(bytes, start, bytes.length);
  if (!isArrayStart(bytes[from])) return parseOne(bytes, from);

  const scan = scanArray(bytes, from, bytes.length);
  if (scan === 'too-many') {
    return refuseRequest(413, 'too-many-events', `A request takes at most ${EVENTS_MAX} events.`);
  }
  if (scan === undefined) return refuseRequest(400, 'malformed-body', NOT_JSON);
  const values = scan.faults.size === 0 ? parseWhole(bytes, from) : parseElements(bytes, scan);
  if (values?.length !== scan.count) return refuseRequest(400, 'malformed-body', NOT_JSON);
  return accept({ bytes, values, refusals: scan.faults, spans: scan.spans });
}

function parseOne(bytes: Buffer, from: number): ParseResult {
  const fault = structureFault(bytes, from, bytes.length);
  if (fault !== undefined) return refuseRequest(400, 'malformed-body', fault.detail);
  const value = parsed(bytes, from, bytes.length);
  if (typeof value !== 'object' || value === null) {
    return refuseRequest(
      400,
      'malformed-body',
      value === undefined ? NOT_JSON : 'The body is neither an object nor an array.',
    );
  }
  const isTooLarge = bytes.length - from > RECORD_BYTES_MAX;
  const refusals = new Map<number, Refusal>(isTooLarge ? [[0, TOO_LARGE]] : []);
  return accept({
    bytes,
    values: [isTooLarge ? undefined : value],
    refusals,
    spans: Uint32Array.of(from, bytes.length),
  });
}

function parseWhole(bytes: Buffer, from: number): readonly unknown[] | undefined {
  const values = parsed(bytes, from, bytes.length);
  return Array.isArray(values) ? values : undefined;
}

/** Parses the harmless elements one by one, leaving out those that the scan refused. */
function parseElements(bytes: Buffer, scan: ArrayScan): readonly unknown[] | undefined {
  const values: unknown[] = [];
  for (let ordinal = 0; ordinal < scan.count; ordinal++) {
    if (scan.faults.has(ordinal)) {
      values.push(undefined);
      continue;
    }
    const value = parsed(bytes, scan.spans[2 * ordinal] ?? 0, scan.spans[2 * ordinal + 1] ?? 0);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return values;
}

/** The JSON value of a span; undefined, which JSON cannot say, when it is not JSON. */
function parsed(bytes: Buffer, start: number, end: number): unknown {
  try {
    return JSON.parse(bytes.toString('utf8', start, end));
  } catch {
    return undefined;
  }
}

function accept(request: ParsedRequest): ParseResult {
  return { ok: true, request };
}
