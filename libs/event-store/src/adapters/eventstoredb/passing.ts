import { setTimeout as delay } from 'node:timers/promises';
import {
  AccessDeniedError,
  CancelledError,
  DeadlineExceededError,
  NotLeaderError,
  UnavailableError,
} from '@eventstore/db-client';
import { status } from '@grpc/grpc-js';

/** How often in a row a read or subscription is begun again before the error is the caller's. */
export const RECONNECTS_MAX = 30;
const PAUSE_FIRST_MS = 20;
const PAUSE_MAX_MS = 5_000;

const PASSING = new Set<unknown>([
  status.UNAVAILABLE,
  status.CANCELLED,
  status.DEADLINE_EXCEEDED,
  status.ABORTED,
]);

/** Whether an error is of a connection or a change of leader, so that the same may be asked again. */
export function isPassing(error: unknown): boolean {
  if (error instanceof AccessDeniedError) return false;
  if (
    error instanceof UnavailableError ||
    error instanceof CancelledError ||
    error instanceof DeadlineExceededError ||
    error instanceof NotLeaderError
  )
    return true;
  if (!(error instanceof Error)) return false;
  if ('metadata' in error && isNotLeader(error.metadata)) return true;
  return 'code' in error && (PASSING.has(error.code) || isBrokenStream(error.code, error.message));
}

/** How grpc-js tells of a connection that HTTP/2 closed under a call. */
function isBrokenStream(code: unknown, message: string): boolean {
  return code === status.INTERNAL && /RST_STREAM|Session closed/u.test(message);
}

/**
 * How long to wait before the given try (1, 2, …), in milliseconds: doubling, with full jitter, so that clients of a server that
 * restarts do not come at once.
 * @param random uniform in [0, 1).
 */
export function pauseMs(attempt: number, random: () => number): number {
  return random() * Math.min(PAUSE_MAX_MS, PAUSE_FIRST_MS * 2 ** (attempt - 1));
}

/** Waits before the given try, or until `signal` aborts. */
export async function backOff(attempt: number, random: () => number, signal?: AbortSignal): Promise<void> {
  const options = signal === undefined ? {} : { signal };
  await delay(pauseMs(attempt, random), undefined, options).catch(() => undefined); // aborted: the caller looks
}

function isNotLeader(metadata: unknown): boolean {
  const get = (metadata as { get?: (key: string) => readonly unknown[] } | undefined)?.get;
  return typeof get === 'function' && String(get.call(metadata, 'exception')[0]) === 'not-leader';
}
