import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { SinkUnavailable, type OutgoingRecord } from '../../record-sink.js';

/** PutRecords takes 500 records and 5 MiB a call, each record 1 MiB, partition keys counted (Kinesis API reference, "PutRecords"). */
export const CALL_RECORDS_MAX = 500;
export const CALL_BYTES_MAX = 5 * 1024 * 1024;
export const RECORD_BYTES_MAX = 1024 * 1024;
/** How often a record is put before its caller is told: some ten seconds. */
export const ROUNDS_MAX = 8;
const BACKOFF_FIRST_MS = 50;
const BACKOFF_MAX_MS = 3_000;
/** Errors that another try does not mend. */
const FINAL = new Set([
  'AccessDeniedException',
  'IncompleteSignature',
  'InvalidArgumentException',
  'InvalidSignatureException',
  'ResourceNotFoundException',
  'UnrecognizedClientException',
  'ValidationException',
]);

export interface PutEnvironment {
  readonly client: KinesisClient;
  readonly stream: string;
  readonly counts: { records: number; resent: number; calls: number };
  readonly sleep: (ms: number) => Promise<void>;
  /** From 0 to 1. */
  readonly random: () => number;
}

interface PutCall {
  readonly records: readonly OutgoingRecord[];
  readonly bytes: number;
}

/** Cuts records into calls within the limits. @throws {RangeError} for a record that is larger than any may be. */
export function callsOf(records: readonly OutgoingRecord[]): readonly PutCall[] {
  const calls: PutCall[] = [];
  let call: OutgoingRecord[] = [];
  let bytes = 0;
  for (const record of records) {
    const size = bytesOf(record);
    if (size > RECORD_BYTES_MAX)
      throw new RangeError(`A record of ${size} bytes is over the limit of ${RECORD_BYTES_MAX}.`);
    if (call.length === CALL_RECORDS_MAX || bytes + size > CALL_BYTES_MAX) {
      calls.push({ records: call, bytes });
      call = [];
      bytes = 0;
    }
    call.push(record);
    bytes += size;
  }
  return call.length === 0 ? calls : [...calls, { records: call, bytes }];
}

/** Puts one call's records, what fails of them again. @throws {SinkUnavailable} when some are left after {@link ROUNDS_MAX}. */
export async function putCall(
  environment: PutEnvironment,
  records: readonly OutgoingRecord[],
): Promise<void> {
  const { sleep, random, counts } = environment;
  let waiting = records;
  let reason: unknown;
  for (let round = 1; round <= ROUNDS_MAX; round += 1) {
    if (round > 1) {
      counts.resent += waiting.length;
      await sleep(random() * Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** (round - 2)));
    }
    const outcome = await putOnce(environment, waiting);
    counts.records += waiting.length - outcome.failed.length;
    if (outcome.failed.length === 0) return;
    waiting = outcome.failed;
    reason = outcome.reason;
    if (reason instanceof Error && FINAL.has(reason.name)) break;
  }
  throw new SinkUnavailable(
    `${waiting.length} of ${records.length} records could not be put into ${environment.stream}.`,
    { cause: reason },
  );
}

interface Outcome {
  readonly failed: readonly OutgoingRecord[];
  readonly reason?: unknown;
}

async function putOnce(
  { client, stream, counts }: PutEnvironment,
  records: readonly OutgoingRecord[],
): Promise<Outcome> {
  counts.calls += 1;
  try {
    const { Records: results = [] } = await client.send(
      new PutRecordsCommand({
        StreamName: stream,
        Records: records.map(({ partitionKey, data }) => ({ PartitionKey: partitionKey, Data: data })),
      }),
    );
    // Not FailedRecordCount decides but each record's own result: it is there only with a sequence number.
    const failed = records.filter((_, index) => results[index]?.SequenceNumber === undefined);
    const [first] = results.filter(({ ErrorCode }) => ErrorCode !== undefined);
    return { failed, reason: new Error(`${first?.ErrorCode ?? 'NoAnswer'}: ${first?.ErrorMessage ?? ''}`) };
  } catch (error) {
    return { failed: records, reason: error }; // nothing is known of any of them
  }
}

function bytesOf({ partitionKey, data }: OutgoingRecord): number {
  return data.byteLength + Buffer.byteLength(partitionKey);
}
