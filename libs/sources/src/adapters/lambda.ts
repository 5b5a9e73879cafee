import type { KinesisEvent } from '@flightdeck/contracts';
import type { RecordBatch } from '../record-source.js';
import { recordsOf } from './kinesis/records-of.js';

/**
 * The batches in an invocation by Lambda's event source mapping, one for each shard (there is one, as Lambda works today), in its
 * order, de-aggregated. A record is at the same place as one that is read from the stream itself.
 */
export function lambdaBatches({ Records }: KinesisEvent): readonly RecordBatch[] {
  const shards = new Map<string, KinesisEvent['Records']>();
  for (const record of Records) {
    const key = `${streamOf(record.eventSourceARN)} ${shardOf(record.eventID)}`;
    const known = shards.get(key);
    if (known === undefined) shards.set(key, [record]);
    else known.push(record);
  }
  return [...shards].map(([key, records]) => {
    const [stream = '', shardId = ''] = key.split(' ');
    return recordsOf(
      stream,
      shardId,
      records.map(({ eventID, kinesis: { sequenceNumber, data } }) => ({
        ...{ SequenceNumber: sequenceNumber, Data: Buffer.from(data, 'base64'), PartitionKey: eventID },
      })),
    );
  });
}

/** The sequence number of the Kinesis record at a position of these batches. */
export function sequenceNumberAt(position: string): string {
  return position.split('/')[1] ?? '';
}

function streamOf(arn: string): string {
  return arn.slice(arn.indexOf(':stream/') + ':stream/'.length);
}

function shardOf(eventId: string): string {
  return eventId.slice(0, eventId.indexOf(':'));
}
