import { setTimeout as delay } from 'node:timers/promises';
import type { Batch, EventStore } from '@flightdeck/event-store';
import type { SealedCheckpoint } from './checkpoint-file.js';
import { LedgerNotAsSigned } from './faults.js';
import { LogWriter, type LogWriterOptions } from './log-writer.js';

/** A checkpoint is signed after so many events, or after a second when there was any. */
export const CHECKPOINT_EVENTS_MAX = 1_000;
export const CHECKPOINT_EVERY_MS = 1_000;

export interface KeepLogOptions extends LogWriterOptions {
  /** The ledger, whose every stream is followed. */
  readonly ledger: Pick<EventStore, 'follow'>;
  /** {@link CHECKPOINT_EVERY_MS} unless given. */
  readonly everyMs?: number;
  /** Awaited after each batch: a thread that is to stand back does so here. */
  readonly afterBatch?: () => Promise<void>;
  /** Told after checkpoints have become durable, with the last of them and its note. */
  readonly onCheckpoint?: (sealed: SealedCheckpoint, note: string) => void;
}

/**
 * Follows the ledger and keeps its proof log until `signal` aborts; then what has been read is signed and flushed.
 * @throws {LedgerNotAsSigned} and whatever the ledger, the key or the disk say.
 */
export async function keepLog(options: KeepLogOptions, signal: AbortSignal): Promise<void> {
  const writer = await LogWriter.open(options);
  const keeping = new Keeping(writer, options);
  const stopping = new AbortController();
  const any = AbortSignal.any([signal, stopping.signal]);
  const ticking = tick(keeping, options.everyMs ?? CHECKPOINT_EVERY_MS, any);
  try {
    // A failed tick ends the following, and the other way round.
    ticking.catch(() => stopping.abort());
    let hasCaughtUp = false;
    for await (const batch of followed(options.ledger, writer.from, any)) {
      await keeping.do(async () => {
        if (writer.unsealed > 0 && writer.unsealed + batch.events.length > CHECKPOINT_EVENTS_MAX)
          await writer.seal();
        writer.take(batch.events, batch.checkpoint, batch.caughtUp);
      });
      if (batch.caughtUp && !hasCaughtUp) await keeping.seal(); // what was there at the start need not wait for the clock
      hasCaughtUp ||= batch.caughtUp;
      await options.afterBatch?.();
    }
    if (signal.aborted) await keeping.seal();
  } finally {
    stopping.abort();
    await ticking.finally(() => writer.close());
  }
}

/** A store that knows no such place has lost what was there. */
async function* followed(
  ledger: Pick<EventStore, 'follow'>,
  from: string,
  signal: AbortSignal,
): AsyncGenerator<Batch> {
  try {
    yield* ledger.follow({ prefix: '' }, from, signal);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new LedgerNotAsSigned(0, `The ledger ends before what was signed of it: ${error.message}`);
  }
}

/** Work on the writer, one piece after another: batches of the ledger, and the clock's. */
class Keeping {
  private last: Promise<void> = Promise.resolve();

  constructor(
    private readonly writer: LogWriter,
    private readonly options: KeepLogOptions,
  ) {}

  do(work: () => Promise<void>): Promise<void> {
    const done = this.last.then(work);
    this.last = done.catch(() => undefined); // told to whom asked for it
    return done;
  }

  seal(): Promise<void> {
    return this.do(async () => {
      await this.writer.seal();
      const sealed = this.writer.flush();
      if (sealed !== undefined) this.options.onCheckpoint?.(sealed, this.writer.note(sealed));
    });
  }
}

async function tick(keeping: Keeping, everyMs: number, signal: AbortSignal): Promise<void> {
  for (;;) {
    await delay(everyMs, undefined, { signal }).catch(() => undefined); // aborted: the loop ends
    if (signal.aborted) return;
    await keeping.seal();
  }
}
