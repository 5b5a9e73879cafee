/** Every maximum of the LMDB event store. Bytes are bytes of stored chunks. */
export interface Limits {
  /** The most events and bytes in one stored chunk; one larger event has a chunk to itself. */
  readonly chunkEventsMax: number;
  readonly chunkBytesMax: number;
  /** One event: type, data and metadata together. */
  readonly eventBytesMax: number;
  /** One append, atomic in one transaction. */
  readonly appendEventsMax: number;
  readonly appendBytesMax: number;
  /** One commit takes waiting appends up to here (always at least one append). */
  readonly groupAppendsMax: number;
  readonly groupBytesMax: number;
  /** What may wait for a commit before further appends are refused. */
  readonly queueAppendsMax: number;
  readonly queueBytesMax: number;
  /** One batch of a follower (always at least one event). */
  readonly batchEventsMax: number;
  readonly batchBytesMax: number;
  /** Index entries a follower looks at before it lets the event loop turn. */
  readonly scanEntriesMax: number;
  /** Recent chunks kept in memory for followers. */
  readonly tailBytesMax: number;
  /** Stream heads kept in memory; more than groupAppendsMax, so that no head of a commit in flight is ever forgotten. */
  readonly headsMax: number;
  /** Followers at one time. */
  readonly followersMax: number;
}

const MIB = 1024 * 1024;

export const LIMITS: Limits = {
  chunkEventsMax: 1_000,
  chunkBytesMax: MIB,
  eventBytesMax: 4 * MIB,
  appendEventsMax: 10_000,
  appendBytesMax: 64 * MIB,
  groupAppendsMax: 10_000,
  groupBytesMax: 16 * MIB,
  queueAppendsMax: 100_000,
  queueBytesMax: 256 * MIB,
  batchEventsMax: 1_000,
  batchBytesMax: MIB,
  scanEntriesMax: 1_000,
  tailBytesMax: 32 * MIB,
  headsMax: 200_000,
  followersMax: 10_000,
};

/** LMDB's own key limit with 4 KiB pages is 1,978 bytes; a stream's name shares its key with a number. */
export const STREAM_BYTES_MAX = 1_024;
export const TYPE_BYTES_MAX = 1_024;
