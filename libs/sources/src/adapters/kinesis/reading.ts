import type { KinesisClient } from '@aws-sdk/client-kinesis';
import type { TakeBatch } from '../../record-source.js';

/** What reading a shard needs, and whom it tells. */
export interface ReadingDeps {
  readonly client: KinesisClient;
  readonly stream: string;
  readonly take: TakeBatch;
  readonly random: () => number;
  /** Milliseconds of a clock that only goes forward. */
  readonly monotonicMs: () => number;
  /** Resolves after `ms`, or at once when `signal` aborts. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Told of each answer: how far behind, how many Kinesis records. */
  readonly onRead: (millisBehindLatest: number, records: number) => void;
  /** Told of each call that failed and will be made again. */
  readonly onRetry: (error: unknown) => void;
  /** Told that what follows the checkpoint is gone: the stream kept it shorter than we were away. What is left is read from its oldest. */
  readonly onGap: (checkpoint: string) => void;
}

/**
 * Reads one shard from after `checkpoint` (from its oldest record without one). `reached` is told of each place once everything up
 * to it is durable, and of `SHARD_END` when a closed shard is drained. Resolves then, or when `signal` aborts.
 * @throws what `take` throws, and what Kinesis answers when it has failed {@link FAILURES_MAX} times in a row.
 */
export type ReadShard = (
  deps: ReadingDeps,
  shardId: string,
  checkpoint: string | undefined,
  reached: (checkpoint: string) => void,
  signal: AbortSignal,
) => Promise<void>;

/** Failures of Kinesis in a row, minutes of them, after which reading is given up. */
export const FAILURES_MAX = 60;
const BACKOFF_FIRST_MS = 50;
const BACKOFF_MAX_MS = 10_000;
const THROTTLED = /Throughput|LimitExceeded|Throttl/u;

/** How long to wait after so many failures in a row: exponential, full jitter. */
export function backoffMs(failures: number, random: () => number): number {
  return random() * Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** failures);
}

/** Whether Kinesis has said: not so much at once. */
export function isThrottling(error: unknown): boolean {
  return error instanceof Error && THROTTLED.test(error.name);
}

/** Read anew each time: it changes while one waits. */
export function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
