import {
  InvalidArgumentException,
  KinesisClient,
  SubscribeToShardCommand,
  type StartingPosition,
  type SubscribeToShardEventStream,
} from '@aws-sdk/client-kinesis';
import { SHARD_END } from './lease-table.js';
import { backoffMs, FAILURES_MAX, isAborted, type ReadingDeps, type ReadShard } from './reading.js';
import { recordsOf } from './records-of.js';

/** Kinesis sends an event every five seconds or so, an empty one too; a subscription that is silent for longer is dead. */
export const SILENCE_MS = 20_000;

export interface FanOut {
  /** A client of its own: over HTTP/2, with a stream for each shard. */
  readonly client: KinesisClient;
  /** Of the registered consumer. */
  readonly consumerArn: () => Promise<string>;
  readonly silenceMs?: number;
}

/** Where a subscription has come to: what is durable, and where the next one goes on, which moves even while no records come. */
interface Place {
  checkpoint: string | undefined;
  continuation: string | undefined;
  isDrained: boolean;
}

/** Reads shards over enhanced fan-out. A subscription lasts five minutes at most; the next one goes on where it was. */
export function subscribeToShards({ client, consumerArn, silenceMs = SILENCE_MS }: FanOut): ReadShard {
  return async (deps, shardId, checkpoint, reached, signal) => {
    const place: Place = { checkpoint, continuation: checkpoint, isDrained: false };
    let failures = 0;
    while (!isAborted(signal) && !place.isDrained) {
      const silence = watch(silenceMs, signal);
      try {
        const { EventStream } = await client.send(
          new SubscribeToShardCommand({
            ConsumerARN: await consumerArn(),
            ShardId: shardId,
            StartingPosition: after(place.continuation),
          }),
          { abortSignal: silence.signal },
        );
        if (EventStream === undefined) throw new Error(`Kinesis gave no subscription to ${shardId}.`);
        let events = 0;
        for await (const event of untilAborted(EventStream, silence.signal)) {
          silence.off();
          events += 1;
          place.isDrained = await takeEvent(deps, shardId, event, place, reached);
          failures = 0;
          if (place.isDrained || isAborted(signal)) break;
          silence.on();
        }
        // One that lives tells something within seconds; without this, one that ends at once would be renewed without a pause.
        if (events === 0) throw new Error(`A subscription to ${shardId} ended before it told anything.`);
      } catch (error) {
        if (isAborted(signal)) break;
        if (error instanceof TakeFailed) throw error.cause;
        failures += 1;
        if (failures >= FAILURES_MAX) throw error;
        if (error instanceof InvalidArgumentException && place.continuation !== undefined) {
          deps.onGap(place.continuation);
          place.continuation = undefined;
        }
        deps.onRetry(error);
        await deps.pause(backoffMs(failures, deps.random), signal);
      } finally {
        silence.end();
      }
    }
  };
}

/** The pipeline has failed, not Kinesis. */
class TakeFailed extends Error {
  override readonly name = 'TakeFailed';
}

/** Answers whether the shard is drained. */
async function takeEvent(
  deps: ReadingDeps,
  shardId: string,
  event: SubscribeToShardEventStream,
  place: Place,
  reached: (checkpoint: string) => void,
): Promise<boolean> {
  const { SubscribeToShardEvent: given, $unknown: _, ...failed } = event;
  if (given === undefined)
    throw Object.values(failed).find((one) => one !== undefined) ?? new Error('An unknown event came.');
  const records = given.Records ?? [];
  deps.onRead(given.MillisBehindLatest ?? 0, records.length);
  if (records.length > 0)
    await deps.take(recordsOf(deps.stream, shardId, records)).catch((cause: unknown) => {
      throw new TakeFailed('The batch was not taken.', { cause });
    });
  place.checkpoint = records.at(-1)?.SequenceNumber ?? place.checkpoint;
  if (given.ContinuationSequenceNumber === undefined || (given.ChildShards ?? []).length > 0) {
    reached(SHARD_END);
    return true;
  }
  place.continuation = given.ContinuationSequenceNumber;
  if (records.length > 0 && place.checkpoint !== undefined) reached(place.checkpoint);
  return false;
}

function after(sequenceNumber: string | undefined): StartingPosition {
  return sequenceNumber === undefined
    ? { Type: 'TRIM_HORIZON' }
    : { Type: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: sequenceNumber };
}

/** Aborts with `signal`, and when nothing has come for `silenceMs` while it is on. */
function watch(silenceMs: number, signal: AbortSignal) {
  const own = new AbortController();
  const abort = (): void => own.abort();
  const overdue = (): void => own.abort(new Error(`Nothing came from Kinesis for ${silenceMs} ms.`));
  let timer = setTimeout(overdue, silenceMs);
  signal.addEventListener('abort', abort);
  return {
    signal: own.signal,
    off: () => clearTimeout(timer),
    on: () => {
      clearTimeout(timer);
      timer = setTimeout(overdue, silenceMs);
    },
    end: () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      own.abort(); // what is left of the subscription goes too
    },
  };
}

/** The stream's events until `signal` aborts: then it throws, whatever the stream itself would do. */
async function* untilAborted<T>(stream: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  const iterator = stream[Symbol.asyncIterator]() as AsyncIterator<T, undefined>;
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
  aborted.catch(() => undefined); // it is looked at only while an event is awaited
  try {
    for (;;) {
      const next = iterator.next();
      next.catch(() => undefined); // it may lose the race, and fail after
      const { done, value } = await Promise.race([next, aborted]);
      if (done === true) return;
      yield value;
    }
  } finally {
    iterator.return?.().catch(() => undefined); // not waited for: a silent stream would keep us
  }
}
