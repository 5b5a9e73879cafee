import { ADS_SOURCE, type LedgerBatch, QUARANTINE_SOURCE, type ReadModels } from '@flightdeck/read-models';
import type { Served } from './served.js';

export type Source = typeof ADS_SOURCE | typeof QUARANTINE_SOURCE;

/** The last event of each stream that has been folded. */
export type Heads = Map<string, number>;

/**
 * The read models that serve, and how they are exchanged: folding can be held for a moment, a second set can be folded from the
 * same batches, and reads go to whichever serves when they begin.
 */
export class LiveProjection {
  private held: Promise<void> | undefined;
  private beside: Served | undefined;
  /** Set while there is a second set: what both have folded. Batches that come again are folded by neither. */
  private heads: Heads | undefined;
  /** Every read goes to the set that serves when it begins. */
  readonly readModels: ReadModels = readingFrom(() => this.served);

  constructor(private served: Served) {}

  get current(): Served {
    return this.served;
  }

  get folded(): ReadonlyMap<string, number> {
    return this.heads ?? new Map<string, number>();
  }

  checkpoint(source: Source): string | undefined {
    return this.served.projector.checkpoint(source);
  }

  progress(): ReturnType<ReadModels['progress']> {
    return this.served.projector.progress();
  }

  get eventsFolded(): number {
    return this.served.projector.eventsFolded;
  }

  lagMs(nowMs: number): number {
    return this.served.projector.lagMs(nowMs);
  }

  /** Folds a batch; visible to readers when it resolves. */
  async fold(source: Source, batch: LedgerBatch): Promise<void> {
    while (this.held !== undefined) await this.held;
    const { beside, heads } = this;
    const own = heads === undefined ? batch : { ...batch, events: notYet(batch.events, heads) };
    const folding = foldInto(this.served, source, own);
    await (beside === undefined ? folding : Promise.all([folding, foldInto(beside, source, own)]));
  }

  /** Runs `work` while nothing is folded; batches wait. Answers how long that was, in milliseconds of `clock`. */
  async hold(work: () => Promise<void>, clock: () => number): Promise<number> {
    let letGo = (): void => undefined;
    this.held = new Promise((resolve) => (letGo = resolve));
    const startedAt = clock();
    try {
      await this.served.projector.exclusive(() => Promise.resolve());
      await this.beside?.projector.exclusive(() => Promise.resolve());
      await work();
    } finally {
      this.held = undefined;
      letGo();
    }
    return clock() - startedAt;
  }

  /** Folds from now on into `beside` too, which has folded exactly what the served set has: `heads`. Call it while held. */
  attach(beside: Served, heads: Heads): void {
    this.beside = beside;
    this.heads = heads;
  }

  /** What was beside serves, with those who listen to changes; answers what served before. Call it while held. */
  swap(): Served {
    const { served: before, beside } = this;
    if (beside === undefined) throw new Error('There is nothing to swap to.');
    beside.projector.feed = before.projector.feed;
    this.served = beside;
    this.beside = undefined;
    return before;
  }

  /** Folds into the served set alone again. */
  detach(): void {
    this.beside = undefined;
  }
}

/** Folds a batch into one set. */
export function foldInto({ projector }: Served, source: Source, batch: LedgerBatch): Promise<void> {
  return source === ADS_SOURCE ? projector.foldAds(batch) : projector.foldQuarantine(batch);
}

/** Those that have not been folded, which now are. */
function notYet(events: LedgerBatch['events'], heads: Heads): LedgerBatch['events'] {
  const fresh = events.filter(({ stream, revision }) => revision > (heads.get(stream) ?? -1));
  for (const { stream, revision } of fresh) heads.set(stream, revision);
  return fresh;
}

function readingFrom(served: () => Served): ReadModels {
  return {
    figures: (...asked) => served().read((models) => models.figures(...asked)),
    spent: (...asked) => served().read((models) => models.spent(...asked)),
    series: (...asked) => served().read((models) => models.series(...asked)),
    funnel: (...asked) => served().read((models) => models.funnel(...asked)),
    campaignIds: (...asked) => served().read((models) => models.campaignIds(...asked)),
    quality: () => served().read((models) => models.quality()),
    quarantined: (...asked) => served().read((models) => models.quarantined(...asked)),
    quarantinedById: (...asked) => served().read((models) => models.quarantinedById(...asked)),
    progress: () => served().readModels.progress(),
    changes: (signal) => served().readModels.changes(signal),
  };
}
