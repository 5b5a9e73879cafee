import { RE2JS } from 're2js';
import type { PlacedEvent } from '@flightdeck/event-store';
import type { ReadReq } from '../adapters/protocol.js';

/** The longest pattern, in characters, and the most prefixes. */
const PATTERN_MAX = 1_000;
const PREFIXES_MAX = 1_000;
/** Events considered between two looks at the clock of a filtered subscription that names no window. */
const WINDOW_DEFAULT = 32;

/** Which events a subscription or read of all streams wants, and how often it hears how far it has come. */
export interface Filter {
  matches(event: PlacedEvent): boolean;
  /** Events considered, wanted or not, between two checkpoints. */
  readonly checkpointEvery: number;
}

/** A filter that cannot be used: one sentence for the caller. */
export class BadFilter extends Error {
  override readonly name = 'BadFilter';
}

/**
 * Compiles a filter. Regular expressions are RE2's, whose time is linear in the text: no pattern stalls the server.
 * @throws {BadFilter}
 */
export function filterOf(options: ReadReq.Options.FilterOptions): Filter {
  const byStream = options.getStreamIdentifier();
  const expression = byStream ?? options.getEventType();
  if (expression === undefined)
    throw new BadFilter('A filter is on the stream’s name or on the event’s type.');
  const test = testOf(expression);
  const window = options.hasMax() ? options.getMax() : WINDOW_DEFAULT;
  return {
    matches: byStream === undefined ? ({ type }) => test(type) : ({ stream }) => test(stream),
    checkpointEvery: Math.max(1, window) * Math.max(1, options.getCheckpointintervalmultiplier()),
  };
}

function testOf(expression: ReadReq.Options.FilterOptions.Expression): (text: string) => boolean {
  const prefixes = expression.getPrefixList();
  if (prefixes.length > PREFIXES_MAX) throw new BadFilter(`A filter has at most ${PREFIXES_MAX} prefixes.`);
  if (prefixes.length > 0) return (text) => prefixes.some((prefix) => text.startsWith(prefix));
  const pattern = expression.getRegex();
  if (pattern.length > PATTERN_MAX) throw new BadFilter(`A pattern has at most ${PATTERN_MAX} characters.`);
  try {
    const compiled = RE2JS.compile(pattern);
    return (text) => compiled.matcher(text).find();
  } catch (error) {
    throw new BadFilter(
      `The pattern is no regular expression: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
