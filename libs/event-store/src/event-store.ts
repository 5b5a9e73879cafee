/** 0-based place of an event in its stream. */
export type Revision = number;

/**
 * What the writer believes of the stream. A revision or 'no-stream' is exact and the only fence against double counting;
 * 'stream-exists' and 'any' protect nothing and exist for clients of the ledger protocol.
 */
export type Expected = Revision | 'no-stream' | 'stream-exists' | 'any';

/**
 * Opaque place in the global order, comparable only through the store that gave it. Survives restarts; fits an SSE id. `'start'` is
 * the place before the first event, in every store.
 */
export type Checkpoint = string;

/** A writer may compute a field when it is read, so name what you copy: a spread may lack it. */
export interface NewEvent {
  /** UUID. The same event appended again must carry the same id. */
  readonly id: string;
  readonly type: string;
  /** UTF-8 JSON, unless {@link isBinary}. */
  readonly data: Uint8Array;
  /** UTF-8 JSON. */
  readonly metadata: Uint8Array;
  /** The data are any bytes. No event of this system's own is; clients of the ledger protocol may write such. */
  readonly isBinary?: boolean;
  /** The same once more, for stores that keep bytes, by writers that hold them. */
  readonly bytes?: EventBytes;
}

/** An event as bytes that a store may copy where they are, without a text or a view made of each part. */
export interface EventBytes {
  readonly dataLength: number;
  readonly metadataLength: number;
  /** Writes the 16 bytes of the id. */
  writeId(target: Uint8Array, offset: number): void;
  /** Writes the data and, right after it, the metadata. */
  writeBody(target: Uint8Array, offset: number): void;
}

/** An adapter may compute a field when it is read, so name what you copy: a spread may lack it. */
export interface StoredEvent extends NewEvent {
  readonly stream: string;
  readonly revision: Revision;
  /** When the store wrote it, epoch milliseconds; never decreasing along the global order. */
  readonly recordedAtMs: number;
  /** Data and metadata once more, from stores that keep events in one piece, for readers of so many that a view of each costs. */
  readonly shared?: SharedBytes;
}

/** Where the bytes of one event stand among those of others. Valid as long as the event. */
export interface SharedBytes {
  readonly view: DataView;
  readonly dataStart: number;
  /** Also where the metadata begin. */
  readonly dataEnd: number;
  readonly metadataEnd: number;
}

/** An event with its place in the global order, 0-based and without gaps. */
export interface PlacedEvent extends StoredEvent {
  readonly position: number;
}

/** A lost race is a value; an outage is an exception, and after one the outcome is unknown: send the same events again. */
export type AppendResult =
  | {
      readonly ok: true;
      readonly revision: Revision;
      /**
       * Nothing was written now: the same ids stood there already, from an earlier try or from another writer. A store that cannot
       * tell leaves it out.
       */
      readonly repeated?: true;
    }
  | { readonly ok: false; readonly actual: Revision | 'no-stream' };

export interface ReadOptions {
  readonly direction: 'forwards' | 'backwards';
  /** The most events to read, ≥ 1. */
  readonly max: number;
}

/** Events in global order, never empty unless it only says that the reader has caught up. */
export interface Batch {
  readonly events: readonly StoredEvent[];
  /** Following from here again yields what comes after this batch. */
  readonly checkpoint: Checkpoint;
  /** Nothing more was stored when this batch was read. */
  readonly caughtUp: boolean;
}

export type Selector = { readonly stream: string } | { readonly prefix: string };

/** The only door to stored events. */
export interface EventStore {
  /** The most bytes that one append should hold, where the store has a limit that callers could reach. It may get smaller. */
  readonly appendBytesMax?: number;

  /**
   * Writes all events or none, durable when it resolves. At an `expected` below the head it succeeds, writing nothing, only
   * when the same ids already stand at expected+1…expected+n (a retry of an unknown outcome); else it is a lost race.
   * @throws {AppendTooLarge} over the store's limits; anything else thrown leaves the outcome unknown.
   */
  append(stream: string, events: readonly NewEvent[], expected: Expected): Promise<AppendResult>;

  /** Reads a stream from a revision (inclusive) or an end of it. A stream that does not exist reads as empty. */
  read(stream: string, from: Revision | 'start' | 'end', options: ReadOptions): AsyncIterable<StoredEvent>;

  /**
   * What came after `from`, then what comes next, gap-free and in global order, until `signal` aborts (then it ends without
   * an error). Only durable events are shown. A batch with `caughtUp` comes at least once, even on an empty store.
   */
  follow(selector: Selector, from: Checkpoint, signal: AbortSignal): AsyncIterable<Batch>;

  /** Flushes and lets go of the store. Appends in flight settle first. */
  close(): Promise<void>;
}

/** A store that this process holds itself: what it takes to serve it to others. */
export interface ServableEventStore extends EventStore {
  /** Position of the next event to be stored. */
  readonly end: number;
  /** As {@link EventStore.append}, and says where the last event stands, unless it stood there already. */
  appendPlaced(stream: string, events: readonly NewEvent[], expected: Expected): Promise<PlacedAppendResult>;
  read(stream: string, from: Revision | 'start' | 'end', options: ReadOptions): AsyncIterable<PlacedEvent>;
  /** Reads all streams in global order from a position (inclusive) or an end of it. */
  readAll(from: number | 'start' | 'end', options: ReadOptions): AsyncIterable<PlacedEvent>;
  /** As {@link EventStore.follow}; the checkpoint of a position p follows from p on, p included. */
  follow(selector: Selector, from: Checkpoint, signal: AbortSignal): AsyncIterable<PlacedBatch>;
  checkpointOf(position: number): Checkpoint;
}

export type PlacedAppendResult = AppendResult & { readonly position?: number };

export interface PlacedBatch extends Batch {
  readonly events: readonly PlacedEvent[];
}

/** Nest injection token of the process's event store. */
export const EVENT_STORE = Symbol('EventStore');

/** A batch of events, or one event, is over the store's limits. Nothing was written. */
export class AppendTooLarge extends Error {
  override readonly name = 'AppendTooLarge';
}
