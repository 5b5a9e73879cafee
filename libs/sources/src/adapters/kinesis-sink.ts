import { KinesisClient } from '@aws-sdk/client-kinesis';
import { awsClientConfig, type AwsConnection } from '@flightdeck/aws';
import { SinkBusy, type RecordSink } from '../record-sink.js';
import { callsOf, putCall, RECORD_BYTES_MAX, type PutEnvironment } from './kinesis-sink/put.js';

/** Bytes of records under way at once; more are turned away, and the collector says so to its callers. */
export const BYTES_UNDER_WAY_MAX = 64 * 1024 * 1024;
/** Calls of one `put` under way at once. */
const CALLS_AT_ONCE = 4;
const RETRY_AFTER_MS = 1_000;

export { CALL_BYTES_MAX, CALL_RECORDS_MAX, RECORD_BYTES_MAX, ROUNDS_MAX } from './kinesis-sink/put.js';

/**
 * Puts records into a Kinesis data stream with PutRecords: calls within its limits, partial failures read (they come with HTTP
 * 200) and only the failed records put again, with exponential backoff and full jitter, a bounded number of times.
 */
export function kinesisSink(
  connection: AwsConnection,
  environment: Pick<PutEnvironment, 'sleep' | 'random'> & { readonly callMsMax?: number },
): RecordSink {
  const { name: stream } = connection;
  const client = new KinesisClient(awsClientConfig(connection, environment.callMsMax));
  const counts = { records: 0, resent: 0, calls: 0 };
  let bytesUnderWay = 0;
  return {
    name: `kinesis:${stream}`,
    recordBytesMax: RECORD_BYTES_MAX,
    put: async (records) => {
      const calls = callsOf(records);
      const bytes = calls.reduce((sum, call) => sum + call.bytes, 0);
      if (bytesUnderWay > 0 && bytesUnderWay + bytes > BYTES_UNDER_WAY_MAX)
        throw new SinkBusy(RETRY_AFTER_MS);
      bytesUnderWay += bytes;
      try {
        const waiting = calls.values();
        const lane = async (): Promise<void> => {
          for (const call of waiting) await putCall({ client, stream, counts, ...environment }, call.records);
        };
        // All lanes settle before anything is answered: nothing goes on behind the caller's back.
        const lanes = await Promise.allSettled(Array.from({ length: CALLS_AT_ONCE }, lane));
        for (const settled of lanes) if (settled.status === 'rejected') throw settled.reason;
      } finally {
        bytesUnderWay -= bytes;
      }
    },
    stats: () => ({ ...counts }),
    close: () => client.destroy(),
  };
}
