/** A record to put into a stream. */
export interface OutgoingRecord {
  /** Records of one key go to one shard. */
  readonly partitionKey: string;
  readonly data: Uint8Array;
}

/** Where records are put for others to read. */
export interface RecordSink {
  readonly name: string;
  /** The largest record that it takes, in bytes, its partition key counted. */
  readonly recordBytesMax: number;
  /**
   * Resolves when the stream has all of them; it may have some twice.
   * @throws {SinkBusy} before anything is put; {SinkUnavailable} when some of them could not be put, the others being there.
   */
  put(records: readonly OutgoingRecord[]): Promise<void>;
  /** Since the start: records put, records that were refused and put again, calls. */
  stats(): { readonly records: number; readonly resent: number; readonly calls: number };
  close(): void;
}

/** Too much is under way: nothing was put; try again after `retryAfterMs`. */
export class SinkBusy extends Error {
  override readonly name = 'SinkBusy';
  constructor(readonly retryAfterMs: number) {
    super(`The stream is not taking as much as comes; try again in ${retryAfterMs} ms.`);
  }
}

/** Some of the records may be in the stream, and some are not: putting all of them again completes it. */
export class SinkUnavailable extends Error {
  override readonly name = 'SinkUnavailable';
}
