import type { _Record as KinesisRecord } from '@aws-sdk/client-kinesis';
import type { RecordBatch } from '../../record-source.js';
import { deaggregated } from './deaggregate.js';

/** A batch of a shard's records, de-aggregated; each at `shard/sequence`, with `/sub` inside an aggregated one. */
export function recordsOf(stream: string, shardId: string, records: readonly KinesisRecord[]): RecordBatch {
  return {
    ...{ source: `kinesis:${stream}`, shardId },
    records: records.flatMap(({ Data, SequenceNumber }) =>
      deaggregated(Data ?? new Uint8Array(), `${shardId}/${SequenceNumber ?? ''}`),
    ),
  };
}
