import type { SourceRecord } from '@flightdeck/sources';

const NEWLINE = /\r\n|\n|\r/u;

/**
 * The events of a producer's record as lines of NDJSON: a JSON object, an array of them, or NDJSON. An event without an id gets
 * that of its place in the source, so that it has the same one whenever the record is read again. What is not JSON stays a line
 * as it is, to be quarantined with its bytes.
 */
export function recordLines({ data, position }: SourceRecord): readonly string[] {
  const text = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('utf8').trim();
  if (text === '') return [];
  const whole = parsed(text);
  if (Array.isArray(whole))
    return whole.map((event: unknown, index) => identified(event, `${position}#${index}`));
  if (whole !== undefined && !NEWLINE.test(text)) return [withEventId(text, whole, `${position}#0`)];
  if (whole !== undefined) return [identified(whole, `${position}#0`)];
  return text
    .split(NEWLINE)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line, index) => withEventId(line, parsed(line), `${position}#${index}`));
}

function identified(event: unknown, place: string): string {
  return withEventId(JSON.stringify(event), event, place);
}

/** Put in as text, so that the numbers of the line stay as they were written. */
function withEventId(line: string, event: unknown, place: string): string {
  if (typeof event !== 'object' || event === null || Array.isArray(event)) return line;
  if (Object.hasOwn(event, 'eventId')) return line;
  const separator = Object.keys(event).length === 0 ? '' : ',';
  return `{"eventId":${JSON.stringify(place)}${separator}${line.slice(line.indexOf('{') + 1)}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
