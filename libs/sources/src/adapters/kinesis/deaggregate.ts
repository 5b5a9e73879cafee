import kpl from 'aws-kinesis-agg';
import type { SourceRecord } from '../../record-source.js';

/** In front of an aggregated record (Kinesis Producer Library, "KPL Aggregated Record Format"). */
const MAGIC = Buffer.from('f3899ac2', 'hex');

/**
 * The producers' records in a Kinesis record: itself, or those that the Kinesis Producer Library put together. One whose checksum
 * is wrong is handed on as it is, to be quarantined with its bytes.
 */
export function deaggregated(data: Uint8Array, position: string): readonly SourceRecord[] {
  const itself = [{ data, position }];
  if (MAGIC.compare(data, 0, MAGIC.length) !== 0) return itself;
  const record = { data: Buffer.from(data).toString('base64'), sequenceNumber: '', partitionKey: '' };
  const failures: unknown[] = [];
  const inside: SourceRecord[] = [];
  kpl.deaggregateSync(
    record as Parameters<typeof kpl.deaggregateSync>[0],
    true,
    (error: unknown, users = []) => {
      if (error !== undefined && error !== null) failures.push(error);
      for (const { data: text, subSequenceNumber } of users)
        inside.push({ data: Buffer.from(text, 'base64'), position: `${position}/${subSequenceNumber}` });
    },
  );
  return failures.length > 0 ? itself : inside;
}
