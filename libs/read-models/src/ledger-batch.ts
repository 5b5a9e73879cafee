/** What projections need of a stored event; `@flightdeck/event-store`'s StoredEvent is one. */
export interface LedgerEvent {
  readonly id: string;
  readonly type: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
  readonly stream: string;
  readonly revision: number;
  /** When the store wrote it, epoch milliseconds. */
  readonly recordedAtMs: number;
  /** Its bytes once more, where its store keeps them in one piece with others': reading them there makes nothing per event. */
  readonly shared?: SharedBytes;
}

/** `@flightdeck/event-store`'s SharedBytes. */
export interface SharedBytes {
  readonly view: DataView;
  readonly dataStart: number;
  /** Also where the metadata begin. */
  readonly dataEnd: number;
  readonly metadataEnd: number;
}

/** Events in global order and where to go on after them; `@flightdeck/event-store`'s Batch is one. */
export interface LedgerBatch {
  readonly events: readonly LedgerEvent[];
  readonly checkpoint: string;
  readonly caughtUp: boolean;
}

const partitions = new Map<string, number>();
/** Streams remembered; a ledger has far fewer partitions. */
const STREAMS_MAX = 10_000;

/** The partition in a stream's name (`ads-07` → 7). @throws {RangeError} for any other stream. */
export function partitionOf(stream: string): number {
  const known = partitions.get(stream);
  if (known !== undefined) return known;
  const partition = Number(stream.slice(stream.lastIndexOf('-') + 1));
  if (!Number.isSafeInteger(partition) || partition < 0)
    throw new RangeError(`'${stream}' is no partition's stream.`);
  if (partitions.size < STREAMS_MAX) partitions.set(stream, partition);
  return partition;
}
