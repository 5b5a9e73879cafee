import { createHash } from 'node:crypto';
import type { BacktestProgressResponse, BacktestResultResponse, BacktestSpec } from '@flightdeck/contracts';
import { formatInstant } from '@flightdeck/domain';
import type { EventStore, StoredEvent } from '@flightdeck/event-store';
import { ADS_SOURCE, FOLD_VERSIONS, Projector, type ReadModelStore } from '@flightdeck/read-models';
import { Kept } from './kept.js';
import { Run, type RunState } from './run.js';

/** Of what a backtest keeps to go on from. State of another version is thrown away and the backtest begins anew. */
export const BACKTEST_STATE_VERSION = 1;
/** Rows in memory above which a checkpoint is made; each is kept once more in what is written. */
const ROWS_MAX = 100_000;
/** Rows of its own that may wait for a checkpoint. */
const WAITING_MAX = 20_000;
/** A checkpoint is made at least so often… */
const CHECKPOINT_EVERY_MS = 5_000;
/** …and takes at most one part in so many of the time. */
const CHECKPOINT_SHARE = 10;
/** How often progress is told, at most. */
const TELL_EVERY_MS = 200;

/** What a backtest needs: something to follow, and a store of its own for its read models. It can reach neither a bus nor a writer. */
export interface BacktestDeps {
  readonly ledger: Pick<EventStore, 'follow'>;
  /** Empty, or left by a run of the same spec that was cut off. */
  readonly store: ReadModelStore;
  readonly onProgress: (progress: BacktestProgressResponse) => void;
  /** Milliseconds of a clock that only goes forward, for the rate. */
  readonly elapsedMs: () => number;
  /** Ad events of the ledger, where that is known. */
  readonly eventsTotal?: number;
  /** How often a checkpoint is made, for tests. */
  readonly checkpointEveryMs?: number;
}

/** What is kept under {@link STATE}. */
interface StoredState {
  readonly version: number;
  readonly about: string;
  readonly hasEnded: boolean;
  readonly run: RunState;
}

const STATE = 'state';

/**
 * Tries rules on the past: folds the ledger from its start with the live folds, and from `fromMs` on evaluates in event time with
 * the live decisions whatever changed. Reads to the end of what was stored when it was asked for (`untilMs`, else when it gets
 * there), so that the days it tells of are closed.
 *
 * From time to time everything that it knows is committed to its store in one transaction: read models, what the rules have done,
 * and the place in the ledger. One that was cut off goes on from there and comes to the same result.
 * @throws when `signal` aborts.
 */
export async function runBacktest(
  deps: BacktestDeps,
  spec: BacktestSpec,
  signal: AbortSignal,
): Promise<BacktestResultResponse> {
  const backtest = await Backtest.open(deps, spec);
  try {
    return await backtest.run(signal);
  } finally {
    backtest.close();
  }
}

class Backtest {
  private readonly startedAtMs: number;
  private readonly readBefore: number;
  private toldAtMs = -Infinity;
  private checkpointAtMs: number;
  /** Everything is read; only the result has to be made. */
  private hasEnded = false;

  private constructor(
    private readonly deps: BacktestDeps,
    private readonly spec: BacktestSpec,
    private readonly projector: Projector,
    private readonly pass: Run,
    private readonly kept: Kept,
  ) {
    this.startedAtMs = deps.elapsedMs();
    this.checkpointAtMs = this.startedAtMs + this.checkpointEveryMs;
    this.readBefore = pass.eventsRead;
  }

  /** Goes on from what the store holds of the same spec, else from nothing. @throws {Error} when it holds something else. */
  static async open(deps: BacktestDeps, spec: BacktestSpec): Promise<Backtest> {
    const kept = new Kept(deps.store);
    const about = identityOf(spec);
    const opened: { backtest?: Backtest } = {};
    const beside = () => {
      opened.backtest?.put(about);
      return kept.take();
    };
    const projector = await Projector.open(deps.store, { beside, onFault: fail });
    await kept.load();
    const [state] = await kept.get<StoredState>([STATE]);
    const isOther =
      state !== undefined && (state.version !== BACKTEST_STATE_VERSION || state.about !== about);
    if (isOther || (state === undefined && projector.checkpoint(ADS_SOURCE) !== undefined)) {
      projector.abandon();
      throw new OtherBacktest('The store holds what another backtest, or another release, left.');
    }
    const pass = new Run(spec, projector, kept, state?.run);
    if (state !== undefined) await pass.load();
    const backtest = new Backtest(deps, spec, projector, pass, kept);
    backtest.hasEnded = state?.hasEnded ?? false;
    return (opened.backtest = backtest);
  }

  async run(signal: AbortSignal): Promise<BacktestResultResponse> {
    const { deps, pass, projector, spec } = this;
    if (this.hasEnded) return pass.result();
    const from = projector.checkpoint(ADS_SOURCE) ?? 'start';
    for await (const { events, checkpoint, caughtUp } of deps.ledger.follow({ prefix: '' }, from, signal)) {
      const taken = upTo(events, spec.untilMs);
      await pass.take(taken);
      if (caughtUp || taken.length < events.length) return await this.finish(checkpoint);
      this.tell(false);
      if (this.isCheckpointDue()) await this.save(checkpoint);
    }
    throw new Error('The backtest was cancelled.');
  }

  private put(about: string): void {
    const { hasEnded, pass } = this;
    const state: StoredState = { version: BACKTEST_STATE_VERSION, about, hasEnded, run: pass.save() };
    this.kept.put(STATE, state);
  }

  close(): void {
    this.projector.abandon();
  }

  /** Nothing is read any more, so the place in the ledger only has to be another than the last. */
  private async finish(checkpoint: string): Promise<BacktestResultResponse> {
    await this.pass.end();
    this.hasEnded = true;
    await this.save(`${checkpoint} and no further`);
    this.tell(true);
    return this.pass.result();
  }

  private isCheckpointDue(): boolean {
    return (
      this.projector.fold.dirtyRows >= ROWS_MAX ||
      this.kept.waiting >= WAITING_MAX ||
      this.deps.elapsedMs() >= this.checkpointAtMs
    );
  }

  private async save(checkpoint: string): Promise<void> {
    const startedMs = this.deps.elapsedMs();
    await this.projector.foldFacts([], 0, checkpoint);
    await this.projector.flush();
    this.pass.saved();
    const nowMs = this.deps.elapsedMs();
    const rest = CHECKPOINT_SHARE * (nowMs - startedMs);
    this.checkpointAtMs = nowMs + Math.max(this.checkpointEveryMs, rest);
  }

  private get checkpointEveryMs(): number {
    return this.deps.checkpointEveryMs ?? CHECKPOINT_EVERY_MS;
  }

  private tell(isLast: boolean): void {
    const elapsedMs = this.deps.elapsedMs();
    if (!isLast && elapsedMs - this.toldAtMs < TELL_EVERY_MS) return;
    this.toldAtMs = elapsedMs;
    const { eventsRead, eventsInRange, nowMs } = this.pass;
    const seconds = (elapsedMs - this.startedAtMs) / 1_000;
    const eventsPerSecond = seconds <= 0 ? 0 : Math.round((eventsRead - this.readBefore) / seconds);
    const eventsTotal = isLast ? eventsRead : Math.max(eventsRead, this.deps.eventsTotal ?? eventsRead);
    const remaining = eventsPerSecond === 0 ? null : (eventsTotal - eventsRead) / eventsPerSecond;
    this.deps.onProgress({
      ...{ eventsRead, eventsInRange, eventsTotal, eventsPerSecond },
      at: nowMs === 0 ? null : formatInstant(nowMs),
      remainingSeconds: isLast ? 0 : this.deps.eventsTotal === undefined ? null : remaining,
      resumedFrom: this.readBefore,
    });
  }
}

/** What a store holds belongs to another backtest: it has to be emptied. */
export class OtherBacktest extends Error {
  override readonly name = 'OtherBacktest';
}

function identityOf(spec: BacktestSpec): string {
  const versions = { fold: FOLD_VERSIONS.at(-1)?.version, spec };
  return createHash('sha256').update(JSON.stringify(versions)).digest('hex');
}

/** Recorded times never decrease along the ledger. */
function upTo(events: readonly StoredEvent[], untilMs = Infinity): readonly StoredEvent[] {
  const last = events.at(-1);
  if (last === undefined || last.recordedAtMs <= untilMs) return events;
  return events.filter(({ recordedAtMs }) => recordedAtMs <= untilMs);
}

function fail(error: unknown): never {
  throw error instanceof Error ? error : new Error(String(error));
}
