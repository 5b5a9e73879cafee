import type { Expected } from '@flightdeck/event-store';

/** What every append request says in a oneof of its own message type. */
export interface ExpectedOption {
  hasAny(): boolean;
  hasNoStream(): boolean;
  hasStreamExists(): boolean;
}

/** Largest revision a number holds exactly; the protocol's are 64 bits. */
const REVISION_MAX = Number.MAX_SAFE_INTEGER;

/** Parses what the caller expects of the stream. @param revision the decimal text of the exact one. Undefined: none of all. */
export function expectedOf(
  option: ExpectedOption,
  hasRevision: boolean,
  revision: string,
): Expected | undefined {
  if (option.hasAny()) return 'any';
  if (option.hasNoStream()) return 'no-stream';
  if (option.hasStreamExists()) return 'stream-exists';
  return hasRevision ? safeNumber(revision) : undefined;
}

/** An unsigned 64-bit decimal as a number, the nearest safe one where it is larger: no stream of ours comes so far. */
export function safeNumber(decimal: string): number {
  const number = Number(decimal);
  return Number.isNaN(number) || number < 0 ? 0 : Math.min(number, REVISION_MAX);
}

/** As EventStoreDB numbers expectations in trailers. */
export function expectedNumber(expected: Expected): number {
  switch (expected) {
    case 'no-stream':
      return -1;
    case 'any':
      return -2;
    case 'stream-exists':
      return -4;
    default:
      return expected;
  }
}
