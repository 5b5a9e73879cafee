import type { Batch, Checkpoint, EventStore, Selector } from '@flightdeck/event-store';
import type { Logger } from '@flightdeck/platform';

/** Failures in a row after which a fold is given up and the process should end. */
export const FOLLOW_ATTEMPTS_MAX = 5;
const BACKOFF_FIRST_MS = 50;

/** A fold of some streams: where it stands, and how it takes what comes next. */
export interface Fold {
  readonly name: string;
  readonly selector: Selector;
  /** Asked again after each failure, so that a fold resumes from what it has kept. */
  from(): Checkpoint;
  take(batch: Batch): Promise<void> | void;
}

/**
 * Follows until `signal` aborts. A failure is tried again with a growing pause; after {@link FOLLOW_ATTEMPTS_MAX} in a row it is
 * thrown, because a fold that stands still tells lies.
 */
export async function followInto(
  store: EventStore,
  fold: Fold,
  signal: AbortSignal,
  logger: Logger,
): Promise<void> {
  for (let failures = 0; !signal.aborted;) {
    try {
      for await (const batch of store.follow(fold.selector, fold.from(), signal)) {
        await fold.take(batch);
        failures = 0;
      }
      return;
    } catch (error) {
      failures++;
      if (failures >= FOLLOW_ATTEMPTS_MAX) throw error;
      logger.warn({ err: error, fold: fold.name, failures }, 'A fold failed and is tried again.');
      await pause(BACKOFF_FIRST_MS * 2 ** (failures - 1), signal);
    }
  }
}

/** Resolves after `ms`, or at once when `signal` aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
