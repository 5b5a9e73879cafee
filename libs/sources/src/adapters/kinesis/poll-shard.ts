import {
  ExpiredIteratorException,
  GetRecordsCommand,
  GetShardIteratorCommand,
  InvalidArgumentException,
  type GetRecordsCommandOutput,
} from '@aws-sdk/client-kinesis';
import { SHARD_END } from './lease-table.js';
import { nextIntervalMs, PACE, type Pace } from './pace.js';
import {
  backoffMs,
  FAILURES_MAX,
  isAborted,
  isThrottling,
  type ReadingDeps,
  type ReadShard,
} from './reading.js';
import { recordsOf } from './records-of.js';

/** GetRecords gives at most 10,000; fewer are easier to hold. */
const RECORDS_MAX = 2_000;

/** Reads shards with GetRecords. */
export function pollShards(pace: Pace = PACE): ReadShard {
  return async (deps, shardId, checkpoint, reached, signal) => {
    let last = checkpoint;
    let iterator: string | undefined;
    let intervalMs = pace.minMs;
    let failures = 0;
    while (!signal.aborted) {
      const startedMs = deps.monotonicMs();
      let answer: GetRecordsCommandOutput;
      try {
        iterator ??= await iteratorAfter(deps, shardId, last);
        answer = await deps.client.send(
          new GetRecordsCommand({ ShardIterator: iterator, Limit: RECORDS_MAX }),
          { abortSignal: signal },
        );
      } catch (error) {
        if (isAborted(signal)) return;
        iterator = undefined; // whatever it was, a fresh one begins after what is durable
        failures += 1;
        if (failures >= FAILURES_MAX) throw error;
        deps.onRetry(error);
        if (isThrottling(error)) intervalMs = nextIntervalMs(intervalMs, 'throttled', pace);
        const isOld = error instanceof ExpiredIteratorException && failures === 1;
        await deps.pause(isOld ? 0 : backoffMs(failures, deps.random), signal);
        continue;
      }
      failures = 0;
      const read = answer.Records ?? [];
      deps.onRead(answer.MillisBehindLatest ?? 0, read.length);
      if (read.length > 0) await deps.take(recordsOf(deps.stream, shardId, read));
      last = read.at(-1)?.SequenceNumber ?? last;
      if (answer.NextShardIterator === undefined) {
        reached(SHARD_END);
        return;
      }
      if (last !== undefined && read.length > 0) reached(last);
      iterator = answer.NextShardIterator;
      intervalMs = nextIntervalMs(intervalMs, read.length > 0 ? 'records' : 'nothing', pace);
      await deps.pause(Math.max(0, startedMs + intervalMs - deps.monotonicMs()), signal);
    }
  };
}

async function iteratorAfter(deps: ReadingDeps, shardId: string, last: string | undefined): Promise<string> {
  const of = { StreamName: deps.stream, ShardId: shardId };
  const oldest = new GetShardIteratorCommand({ ...of, ShardIteratorType: 'TRIM_HORIZON' });
  const after = { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: last } as const;
  const { ShardIterator } = await (
    last === undefined
      ? deps.client.send(oldest)
      : deps.client.send(new GetShardIteratorCommand({ ...of, ...after }))
  ).catch(async (error: unknown) => {
    if (last === undefined || !(error instanceof InvalidArgumentException)) throw error;
    deps.onGap(last);
    return deps.client.send(oldest);
  });
  if (ShardIterator === undefined) throw new Error(`Kinesis gave no iterator for ${shardId}.`);
  return ShardIterator;
}
