import { type AdFact, emptyFact } from './ad-fact/ad-fact.js';
import { AdFactReader } from './ad-fact/ad-fact-reader.js';
import { CampaignFold, writeOf } from './campaign-fold.js';
import { ChangeFeed } from './change-feed.js';
import type { LedgerBatch } from './ledger-batch.js';
import { DataQualityFold } from './projections/data-quality.js';
import type { FoldVersion } from './fold-version.js';
import { ParkedEvents } from './projections/parked.js';
import type { HotCampaign } from './projections/hot-campaign.js';
import { QuarantineFold } from './projections/quarantine.js';
import type { ReadModelStore, RowWrite, Writer } from './read-model-store.js';

/** Names under which the projector's places in the ledger are committed. */
export const ADS_SOURCE = 'ads';
export const QUARANTINE_SOURCE = 'quarantine';
type Source = typeof ADS_SOURCE | typeof QUARANTINE_SOURCE;

/** Rows that may wait in memory to be committed; above, folding waits. */
const UNCOMMITTED_ROWS_MAX = 40_000;
/** Rows written at once: folding goes on in between, so that nobody waits long for a large commit. */
const COMMIT_ROWS_MAX = 1_000;
/** How long folds stay uncommitted. Readers do not wait for it: what they see is what is folded. */
const COMMIT_AFTER_MS = 100;
/** The same while far behind, as in a rebuild, when the same rows change again and again. */
const COMMIT_AFTER_MS_BEHIND = 1_000;
/** Where a commit takes long, for many campaigns, there are fewer: at most one part in so many of the time goes into them. */
const COMMIT_SHARE = 10;

export interface ProjectorOptions {
  /** A commit failed while no batch was in hand, or another projector has taken over: the process cannot go on. */
  readonly onFault: (error: unknown) => void;
  /** Rows kept in memory. */
  readonly hotRowsMax?: number;
  /** Rows written at once. */
  readonly commitRowsMax?: number;
  /** The version of the projections that is folded; the current one unless given. */
  readonly version?: FoldVersion;
  /**
   * For somebody who folds the same events into something of their own: rows that belong to exactly what is folded by now. Then
   * commits happen only at {@link Projector.flush}, each with these rows in one transaction, however many they are.
   */
  readonly beside?: () => readonly RowWrite[];
}

/** Another projector writes these read models now. */
export class ProjectorFenced extends Error {
  override readonly name = 'ProjectorFenced';
}

/**
 * Folds batches of the ledger into the read models: in memory at once, into the store a little later, rows and checkpoint
 * together; when there are many rows, the rows first and the checkpoint last. After a crash it goes on from the checkpoint, and
 * what was folded beyond it is folded again to the same rows.
 */
export class Projector {
  /** Who is told what changed; read models that take over from others take their readers over too. */
  feed = new ChangeFeed();
  readonly quality = new DataQualityFold();
  readonly fold: CampaignFold;
  /** Events that this version knows nothing of. */
  readonly parked = new ParkedEvents();
  private readonly quarantine: QuarantineFold;
  private readonly checkpoints: Partial<Record<Source, string>> = {};
  private readonly caughtUp = { [ADS_SOURCE]: false, [QUARANTINE_SOURCE]: false };
  private readonly reader = new AdFactReader();
  private readonly facts: AdFact[] = [];
  private turn: Promise<unknown> = Promise.resolve();
  private uncommitted = false;
  private committing: Promise<void> = Promise.resolve();
  private isAbandoned = false;
  private fault: { readonly error: unknown } | undefined;
  private timer: NodeJS.Timeout | undefined;
  private lastCommitMs = 0;
  private folded = 0;
  private lastRecordedAtMs = 0;

  private constructor(
    readonly store: ReadModelStore,
    private readonly writer: Writer,
    private readonly options: ProjectorOptions,
  ) {
    this.fold = new CampaignFold(store, this.quality, options.hotRowsMax);
    this.quarantine = new QuarantineFold(store, this.quality);
  }

  /** Takes the store over and goes on from its checkpoints. */
  static async open(store: ReadModelStore, options: ProjectorOptions): Promise<Projector> {
    const projector = new Projector(store, await store.takeOver(), options);
    await projector.load();
    return projector;
  }

  /** Where to follow a source from; undefined from its start. */
  checkpoint(source: Source): string | undefined {
    return this.checkpoints[source];
  }

  progress(): { readonly checkpoint: string; readonly caughtUp: boolean } {
    const caughtUp = this.caughtUp[ADS_SOURCE] && this.caughtUp[QUARANTINE_SOURCE];
    return { checkpoint: this.checkpoints[ADS_SOURCE] ?? '', caughtUp };
  }

  /** Events folded since it was opened. */
  get eventsFolded(): number {
    return this.folded;
  }

  /** How long the last event folded had been in the ledger's order before now; 0 once caught up. */
  lagMs(nowMs: number): number {
    return this.progress().caughtUp || this.lastRecordedAtMs === 0
      ? 0
      : Math.max(0, nowMs - this.lastRecordedAtMs);
  }

  /** Folds a batch of `ads-*`; visible to readers when it resolves. One failure is final: restart. */
  foldAds(batch: LedgerBatch): Promise<void> {
    return this.foldBatch(ADS_SOURCE, sizeOf(batch), async () => {
      const { events } = batch;
      const touched = await this.fold.fold(this.facts, this.read(events));
      if (!this.feed.isIdle) this.feed.publish(Array.from(touched, campaignId), batch.checkpoint);
    });
  }

  /** As {@link foldAds}, with the first `count` facts that somebody had to read first, in ledger order. */
  foldFacts(facts: readonly AdFact[], count: number, checkpoint: string): Promise<void> {
    const size = { count, recordedAtMs: undefined, checkpoint, caughtUp: false };
    return this.foldBatch(ADS_SOURCE, size, async () => {
      await this.fold.fold(facts, count);
    });
  }

  /** Folds a batch of `quarantine-*`. */
  foldQuarantine(batch: LedgerBatch): Promise<void> {
    return this.foldBatch(QUARANTINE_SOURCE, sizeOf(batch), async () => {
      for (const stored of batch.events) if (!(await this.quarantine.fold(stored))) this.parked.park(stored);
    });
  }

  /** Commits what is folded by now, so that the store shows it too. */
  flush(): Promise<void> {
    const committed = this.committing.then(() => this.commit());
    this.committing = committed.catch(() => undefined); // the caller has the error
    return committed;
  }

  /** Runs `work` while nothing is folded or committed. */
  exclusive<T>(work: () => Promise<T>): Promise<T> {
    const result = this.turn.then(work);
    this.turn = result.catch(() => undefined); // the caller has the error
    return result;
  }

  /** Commits and stops; the store is the caller's to close. */
  async close(): Promise<void> {
    try {
      await this.flush();
    } finally {
      clearTimeout(this.timer);
    }
  }

  /** Stops without committing, as a crash would. */
  abandon(): void {
    clearTimeout(this.timer);
    this.isAbandoned = true;
  }

  /** Reads the events that this version knows into facts, parks the others, and says how many facts there are. */
  private read(events: LedgerBatch['events']): number {
    const revise = this.options.version?.revise;
    let count = 0;
    for (const stored of events) {
      const fact = (this.facts[count] ??= emptyFact());
      if (!this.reader.read(stored, fact)) {
        this.parked.park(stored);
        continue;
      }
      revise?.(fact);
      count += 1;
    }
    return count;
  }

  private async foldBatch(source: Source, batch: BatchSize, fold: () => Promise<void>): Promise<void> {
    await this.guarded(async () => {
      if (batch.count > 0) await fold();
      this.folded += batch.count;
      this.lastRecordedAtMs = batch.recordedAtMs ?? this.lastRecordedAtMs;
      this.caughtUp[source] = batch.caughtUp;
      if (this.checkpoints[source] === batch.checkpoint) return;
      this.checkpoints[source] = batch.checkpoint;
      this.uncommitted = true;
      if (this.options.beside === undefined)
        this.timer ??= setTimeout(this.commitSoon, this.commitAfterMs(batch.caughtUp));
    });
    if (this.fold.dirtyRows >= UNCOMMITTED_ROWS_MAX && this.options.beside === undefined) await this.flush();
  }

  /** After a failure memory may be half folded: nothing is folded or committed any more, and a restart begins at the checkpoint. */
  private guarded<T>(work: () => Promise<T>): Promise<T> {
    return this.exclusive(async () => {
      if (this.fault !== undefined) throw this.fault.error;
      try {
        return await work();
      } catch (error) {
        this.fault = { error };
        throw error;
      }
    });
  }

  private commitAfterMs(caughtUp: boolean): number {
    return Math.max(caughtUp ? COMMIT_AFTER_MS : COMMIT_AFTER_MS_BEHIND, COMMIT_SHARE * this.lastCommitMs);
  }

  private readonly commitSoon = (): void => {
    this.flush().catch(this.options.onFault);
  };

  private async commit(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (!this.uncommitted && this.fault === undefined) return;
    const startedAt = performance.now();
    const { beside, commitRowsMax = beside === undefined ? COMMIT_ROWS_MAX : Infinity } = this.options;
    const { rows, attribution, campaigns, checkpoints, others } = await this.guarded(async () => {
      this.uncommitted = false;
      return {
        ...this.fold.takeChanges(),
        checkpoints: { ...this.checkpoints },
        others: beside?.() ?? [],
      };
    });
    let written = 0;
    for (; rows.length - written > commitRowsMax; written += commitRowsMax) {
      const part = rows.slice(written, written + commitRowsMax);
      await this.guarded(() => this.write(part.map(writeOf), {}));
      await new Promise(setImmediate);
    }
    await this.guarded(async () => {
      const last = rows.slice(written).map(writeOf);
      const rest = [
        ...others,
        ...attribution,
        ...this.quality.takeWrites(),
        ...this.quarantine.takeWrites(),
        ...this.parked.takeWrites(),
      ];
      await this.write([...last, ...rest], checkpoints);
      this.fold.campaigns.committed(campaigns);
    });
    this.lastCommitMs = performance.now() - startedAt;
  }

  private async write(
    rows: readonly RowWrite[],
    checkpoints: Readonly<Record<string, string>>,
  ): Promise<void> {
    if (this.isAbandoned) throw new Error('The projector was abandoned.');
    const result = await this.store.commit(this.writer, { rows, checkpoints });
    if (!result.ok) throw new ProjectorFenced('Another projector has taken these read models over.');
  }

  private async load(): Promise<void> {
    for (const source of [ADS_SOURCE, QUARANTINE_SOURCE] as const) {
      const checkpoint = await this.store.checkpoint(source);
      if (checkpoint !== undefined) this.checkpoints[source] = checkpoint;
    }
    await this.fold.load();
    await this.quality.load(this.store);
    await this.parked.load(this.store);
  }
}

interface BatchSize {
  readonly count: number;
  /** Of the last event. */
  readonly recordedAtMs: number | undefined;
  readonly checkpoint: string;
  readonly caughtUp: boolean;
}

function sizeOf({ events, checkpoint, caughtUp }: LedgerBatch): BatchSize {
  return { count: events.length, recordedAtMs: events.at(-1)?.recordedAtMs, checkpoint, caughtUp };
}

function campaignId(campaign: HotCampaign): string {
  return campaign.campaignId;
}
