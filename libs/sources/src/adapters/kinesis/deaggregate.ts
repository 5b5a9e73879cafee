import kpl from 'aws-kinesis-agg';
import type { SourceRecord } from '../../record-source.js';

/** In front of an aggregated record (Kinesis Producer Library, "KPL Aggregated Record Format"). */
const MAGIC = Buffer.from('f3899ac2', 'hex');
/** MD5 of the protobuf message, behind it. */
const CHECKSUM_BYTES = 16;

/**
 * The producers' records in a Kinesis record: itself, or those that the Kinesis Producer Library put together. One that begins as
 * an aggregated record does and is none (its checksum is wrong, its message damaged) is handed on as it is, to be quarantined
 * with its bytes: no bytes that a producer can write make this throw.
 */
export function deaggregated(data: Uint8Array, position: string): readonly SourceRecord[] {
  const itself = [{ data, position }];
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  if (bytes.length < MAGIC.length + CHECKSUM_BYTES || !bytes.subarray(0, MAGIC.length).equals(MAGIC))
    return itself;
  const inside: SourceRecord[] = [];
  const faults: unknown[] = [];
  try {
    kpl.deaggregateSync(
      { data: bytes.toString('base64'), sequenceNumber: '', partitionKey: '' } as KplRecord,
      true,
      (error: unknown, users = []) => {
        if (error !== undefined && error !== null) faults.push(error);
        for (const { data: text, subSequenceNumber } of users)
          inside.push({ data: Buffer.from(text, 'base64'), position: `${position}/${subSequenceNumber}` });
      },
    );
  } catch {
    return itself;
  }
  return faults.length > 0 ? itself : inside;
}

type KplRecord = Parameters<typeof kpl.deaggregateSync>[0];
