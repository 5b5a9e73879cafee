import { ProblemException } from '../problem/problem.js';

const CURSOR_LENGTH_MAX = 1024;

/** An opaque place in a list: base64url of JSON. It is not secret and not trusted: parse what {@link decodeCursor} gives. */
export function encodeCursor(place: unknown): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** What a cursor stands for, as `parse` understands it (answering undefined when it does not). @throws {ProblemException} 400 */
export function decodeCursor<T>(cursor: string, parse: (place: unknown) => T | undefined): T {
  const place = cursor.length > CURSOR_LENGTH_MAX ? undefined : parse(jsonOf(cursor));
  if (place === undefined)
    throw new ProblemException(400, 'cursor', 'The cursor is not one that this list gave out.');
  return place;
}

function jsonOf(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined; // not JSON: the caller answers 400
  }
}
