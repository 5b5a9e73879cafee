/** A part of the ledger in an archive: the events [from, to). */
export interface Segment {
  readonly from: number;
  readonly to: number;
}

const NAME = /^segment-([0-9]{16})-([0-9]{16})\.tar$/u;
const DIGITS = 16;
const DAY_MS = 86_400_000;

/** Names sort as the segments do. */
export function segmentName({ from, to }: Segment): string {
  return `segment-${String(from).padStart(DIGITS, '0')}-${String(to).padStart(DIGITS, '0')}.tar`;
}

/** The segments among the files of a directory, in order. @throws {ArchiveBroken} when between two of them one is missing. */
export function segmentsOf(names: readonly string[]): Segment[] {
  const segments = names
    .map((name) => NAME.exec(name))
    .flatMap((found) => (found === null ? [] : [{ from: Number(found[1]), to: Number(found[2]) }]))
    .sort((one, other) => one.from - other.from);
  for (const [i, segment] of segments.entries()) {
    const before = segments[i - 1];
    if (before !== undefined && before.to !== segment.from)
      throw new ArchiveBroken(`The archive has nothing between ${before.to} and ${segment.from}.`);
  }
  return segments;
}

/** The segments of `events` events each that are still to be written, up to `size` events that are signed for. */
export function missing(known: readonly Segment[], size: number, events: number): Segment[] {
  const segments: Segment[] = [];
  for (let from = known.at(-1)?.to ?? 0; from + events <= size; from += events)
    segments.push({ from, to: from + events });
  return segments;
}

/** Whether a segment whose last event was recorded then has been kept for long enough. */
export function isExpired(lastRecordedAtMs: number, nowMs: number, retentionDays: number): boolean {
  return lastRecordedAtMs < nowMs - retentionDays * DAY_MS;
}

/** Somebody took a segment out of the middle. */
export class ArchiveBroken extends Error {
  override readonly name = 'ArchiveBroken';
}
