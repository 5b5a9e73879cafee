import type { BacktestResultResponse, BacktestSpec } from '@flightdeck/contracts';
import type { Batch, EventStore, StoredEvent } from '@flightdeck/event-store';
import type { ReadModelStore } from '@flightdeck/read-models';
import { runBacktest } from '../backtest/backtest.js';
import { HOUR_MS, type Rule } from '@flightdeck/domain';
import { FROM_MS, goldenDay } from './golden-day.js';

type Followed = Pick<EventStore, 'follow'>;

/** Events of a batch: the golden day has 78 of them. */
const BATCH_MAX = 200;

/** A ledger in memory that can be followed from any of its places, in batches of so many events. */
export function cutLedger(events = goldenEvents(), batchMax = BATCH_MAX): Followed {
  return {
    async *follow(_, from): AsyncGenerator<Batch> {
      let at = from === 'start' ? 0 : Number(from);
      do {
        const batch = events.slice(at, at + batchMax);
        at += batch.length;
        yield { events: batch, checkpoint: String(at), caughtUp: at >= events.length };
      } while (at < events.length);
    },
  };
}

/** Every event of the golden day, in order; `advertiserMicros`: a daily budget that all campaigns share. */
export function goldenEvents(advertiserMicros?: number): readonly StoredEvent[] {
  const { registrations, moments } = goldenDay(advertiserMicros);
  return [...registrations, ...moments.flatMap((moment) => moment.events)];
}

/** The golden day, or some hours of it, tried with some rules. */
export function goldenSpec(
  variants: readonly (readonly Rule[])[],
  { from = 0, to = 25 }: { readonly from?: number; readonly to?: number } = {},
): BacktestSpec {
  return {
    ...{ backtestId: 'golden', fromMs: FROM_MS + from * HOUR_MS, toMs: FROM_MS + to * HOUR_MS },
    variants: variants.map((rules, index) => ({ name: `golden ${index}`, rules })),
  };
}

/** Batches from one checkpoint to the next: what was read since is read again after a cut. */
const CHECKPOINT_EVERY = 3;

/**
 * A backtest that loses what is in memory after so many batches (of each life), and goes on from what it had committed. Time is
 * told in batches.
 */
export async function interrupted(
  ledger: Followed,
  spec: BacktestSpec,
  store: ReadModelStore,
  cuts: readonly number[],
): Promise<BacktestResultResponse> {
  let batches = 0;
  const deps = {
    store,
    elapsedMs: () => batches,
    onProgress: () => undefined,
    checkpointEveryMs: CHECKPOINT_EVERY,
  };
  const counted = (cutAfter: number): Followed => ({
    async *follow(selector, from, signal) {
      let life = 0;
      for await (const batch of ledger.follow(selector, from, signal)) {
        if (life++ >= cutAfter) throw new CutOff();
        batches += 1;
        yield batch;
      }
    },
  });
  const { signal } = new AbortController();
  for (const cut of cuts) {
    const life = runBacktest({ ...deps, ledger: counted(cut) }, spec, signal);
    const ended = await life.then(
      () => true,
      (error: unknown) => {
        if (!(error instanceof CutOff)) throw error;
        return false;
      },
    );
    if (ended) throw new Error('It had ended before it was cut off.');
  }
  return runBacktest({ ...deps, ledger: counted(Infinity) }, spec, signal);
}

class CutOff extends Error {}
