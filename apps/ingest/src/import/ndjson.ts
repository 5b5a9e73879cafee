import type { LineReader } from './import-refused.js';
import { lineId } from './line-id.js';

/** Lines are ad events already; one without an `eventId` gets its line's. What is not JSON goes on as it is, to be quarantined. */
export function ndjsonReader(): LineReader {
  return (line, lineNumber) => [withEventId(line.trim(), lineNumber)];
}

/** Put in as text, so that the numbers of the line stay as they were written. */
function withEventId(line: string, lineNumber: number): string {
  const event = parsed(line);
  if (event === undefined || Object.hasOwn(event, 'eventId')) return line;
  const separator = Object.keys(event).length === 0 ? '' : ',';
  return `{"eventId":${JSON.stringify(lineId('ndjson', line, lineNumber))}${separator}${line.slice(1)}`;
}

function parsed(line: string): object | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as object;
  } catch {
    return undefined; // the server quarantines the line as malformed, with its bytes
  }
}
