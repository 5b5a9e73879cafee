import {
  ExpiredIteratorException,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  type GetRecordsCommandOutput,
} from '@aws-sdk/client-kinesis';
import type { SourceRecord, TakeBatch } from '../../record-source.js';
import { deaggregated } from './deaggregate.js';
import { SHARD_END } from './lease-table.js';

/** GetRecords gives at most 10,000; fewer are easier to hold. */
const RECORDS_MAX = 2_000;
/** A shard takes five GetRecords a second, for all its readers together. */
const PAUSE_MIN_MS = 220;
const PAUSE_MAX_MS = 1_000;
const BACKOFF_FIRST_MS = 100;
const BACKOFF_MAX_MS = 10_000;
/** Failures of Kinesis in a row, minutes of them, after which reading is given up. */
const FAILURES_MAX = 60;

export interface ShardReaderDeps {
  readonly client: KinesisClient;
  readonly stream: string;
  readonly take: TakeBatch;
  readonly random: () => number;
  /** Resolves after `ms`, or at once when `signal` aborts. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Told of each answer: how far behind, how many records; and of each call that Kinesis throttled. */
  readonly onRead: (millisBehindLatest: number, records: number) => void;
  readonly onThrottled: () => void;
}

/**
 * Reads one shard from after `checkpoint` (from its oldest record without one). `reached` is told of each place once everything up
 * to it is durable, and of {@link SHARD_END} when a closed shard is drained. Resolves then, or when `signal` aborts.
 */
export async function readShard(
  deps: ShardReaderDeps,
  shardId: string,
  checkpoint: string | undefined,
  reached: (checkpoint: string) => void,
  signal: AbortSignal,
): Promise<void> {
  let last = checkpoint;
  let iterator: string | undefined;
  let pauseMs = PAUSE_MIN_MS;
  let failures = 0;
  while (!signal.aborted) {
    let answer: GetRecordsCommandOutput;
    try {
      iterator ??= await iteratorAfter(deps, shardId, last);
      answer = await deps.client.send(
        new GetRecordsCommand({ ShardIterator: iterator, Limit: RECORDS_MAX }),
        { abortSignal: signal },
      );
      failures = 0;
    } catch (error) {
      if (isAborted(signal)) return;
      iterator = undefined; // whatever it was, a fresh one begins after what is durable
      if (error instanceof ExpiredIteratorException) continue;
      failures += 1;
      if (failures >= FAILURES_MAX) throw error;
      deps.onThrottled();
      await deps.pause(deps.random() * Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** failures), signal);
      continue;
    }
    const read = answer.Records ?? [];
    deps.onRead(answer.MillisBehindLatest ?? 0, read.length);
    const records = read.flatMap((one): readonly SourceRecord[] =>
      deaggregated(one.Data ?? new Uint8Array(), `${shardId}/${one.SequenceNumber ?? ''}`),
    );
    if (records.length > 0) await deps.take({ source: `kinesis:${deps.stream}`, shardId, records });
    last = read.at(-1)?.SequenceNumber ?? last;
    if (answer.NextShardIterator === undefined) {
      reached(SHARD_END);
      return;
    }
    if (last !== undefined && read.length > 0) reached(last);
    iterator = answer.NextShardIterator;
    pauseMs = read.length > 0 ? PAUSE_MIN_MS : Math.min(PAUSE_MAX_MS, pauseMs * 2);
    await deps.pause(pauseMs, signal);
  }
}

async function iteratorAfter(
  { client, stream }: ShardReaderDeps,
  shardId: string,
  last: string | undefined,
): Promise<string> {
  const from =
    last === undefined
      ? ({ ShardIteratorType: 'TRIM_HORIZON' } as const)
      : ({ ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: last } as const);
  const { ShardIterator } = await client.send(
    new GetShardIteratorCommand({ StreamName: stream, ShardId: shardId, ...from }),
  );
  if (ShardIterator === undefined) throw new Error(`Kinesis gave no iterator for ${shardId}.`);
  return ShardIterator;
}

/** Read anew each time: it changes while we wait. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
