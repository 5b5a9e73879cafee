/** One producer's record, as its bytes came. */
export interface SourceRecord {
  readonly data: Uint8Array;
  /** Its place in the source, the same whenever it is read again: `shard/sequence`, with `/sub` inside an aggregated record. */
  readonly position: string;
}

/** Records of one shard, in its order. */
export interface RecordBatch {
  /** `kinesis:<stream>`: recorded with each event, and the unit of a watermark. */
  readonly source: string;
  readonly shardId: string;
  readonly records: readonly SourceRecord[];
}

/** Resolves once the batch is durable; only then is the place in the source written down. Must bear seeing a batch twice. */
export type TakeBatch = (batch: RecordBatch) => Promise<void>;

/** How a source is doing, for metrics; the counts are since its start. */
export interface SourceStats {
  readonly shards: readonly { readonly shardId: string; readonly millisBehindLatest: number }[];
  /** Records of the stream, an aggregated one being one. */
  readonly records: number;
  readonly throttled: number;
  /** Other calls that failed and were made again. */
  readonly retries: number;
  readonly leasesLost: number;
  /** Times that records were trimmed before they were read. */
  readonly gaps: number;
}

/** Where producers' records come from. */
export interface RecordSource {
  readonly name: string;
  /** Hands over batches until `signal` aborts; what is in hand is finished and written down. @throws what `take` throws. */
  run(take: TakeBatch, signal: AbortSignal): Promise<void>;
  stats(): SourceStats;
}
