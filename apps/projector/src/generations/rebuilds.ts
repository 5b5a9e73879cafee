import {
  STREAM,
  type ComparisonResponse,
  type ProjectionRebuilds,
  type ProjectionsResponse,
  type RebuildOutcome,
  type RebuildResponse,
} from '@flightdeck/contracts';
import { formatInstant } from '@flightdeck/domain';
import type { ReadableLedger } from '@flightdeck/ledger';
import type { Clock, Logger } from '@flightdeck/platform';
import {
  compareRows,
  type FoldVersion,
  type Generation,
  type GenerationShelf,
  partitionOf,
  PROJECTIONS,
} from '@flightdeck/read-models';
import { attachBeside, catchUp, headsOf } from './build-beside.js';
import type { Heads, LiveProjection } from './live-projection.js';
import type { Served } from './served.js';

export interface RebuildDeps {
  readonly live: LiveProjection;
  readonly ledger: ReadableLedger;
  readonly shelf: GenerationShelf;
  readonly versions: readonly FoldVersion[];
  readonly open: (generation: Generation, version: FoldVersion) => Promise<Served>;
  readonly clock: Clock;
  /** Milliseconds that only go forward. */
  readonly monotonicMs: () => number;
  readonly logger: Pick<Logger, 'info' | 'error'>;
}

const MESSAGE_LENGTH_MAX = 500;
type Changes = Partial<RebuildResponse>;

/** Builds read models beside those that serve, compares them, and swaps them while reads go on; one at a time. */
export class Rebuilds implements ProjectionRebuilds {
  private last: RebuildResponse | undefined;
  private beginning = false;
  private running: { readonly stop: AbortController; readonly ended: Promise<void> } | undefined;

  constructor(private readonly deps: RebuildDeps) {}

  /** Rebuilds what an older version of the folds has made. Call it once the ledger is followed. */
  async start(): Promise<void> {
    if (this.deps.live.current.version !== this.latest.version) await this.rebuild('start');
  }

  async close(): Promise<void> {
    await this.cancel();
  }

  async status(): Promise<ProjectionsResponse> {
    const known = await this.deps.shelf.read();
    const { current } = this.deps.live;
    return {
      items: PROJECTIONS.map(({ name, version, source }) => ({ name, version, source })),
      serving: known?.current ?? null,
      kept: [...(known?.kept ?? [])],
      latestVersion: this.latest.version,
      parked: current.projector.parked.count,
      rebuild: this.last ?? null,
    };
  }

  rebuild(requestedBy: string): Promise<RebuildOutcome> {
    return this.alone(async () => {
      const { latest } = this;
      const generation = await this.deps.shelf.fresh(latest.version, formatInstant(this.deps.clock()));
      return this.begin('rebuild', requestedBy, generation, latest);
    });
  }

  rollback(requestedBy: string): Promise<RebuildOutcome> {
    return this.alone(async () => {
      for (const generation of (await this.deps.shelf.read())?.kept ?? []) {
        const version = this.deps.versions.find((one) => one.version === generation.version);
        if (version !== undefined) return this.begin('rollback', requestedBy, generation, version);
      }
      return { ok: false, code: 'nothing-kept', detail: 'Nothing is kept that this binary could fold.' };
    });
  }

  async cancel(): Promise<void> {
    this.running?.stop.abort();
    await this.running?.ended;
  }

  private async alone(begin: () => Promise<RebuildOutcome>): Promise<RebuildOutcome> {
    if (this.beginning || this.running !== undefined) return RUNNING;
    this.beginning = true;
    try {
      return await begin();
    } finally {
      this.beginning = false;
    }
  }

  private get latest(): FoldVersion {
    const last = this.deps.versions.at(-1);
    if (last === undefined) throw new Error('There is no version to fold.');
    return last;
  }

  private begin(
    kind: RebuildResponse['kind'],
    requestedBy: string,
    generation: Generation,
    version: FoldVersion,
  ): RebuildOutcome {
    const { live, clock } = this.deps;
    const rebuild: RebuildResponse = {
      ...{ state: 'building', kind, requestedBy, startedAt: formatInstant(clock()), finishedAt: null },
      ...{ fromVersion: live.current.version, toVersion: version.version },
      ...{ eventsFolded: 0, eventsTotal: 0, eventsPerSecond: 0, remainingSeconds: null },
      ...{ swapMs: null, comparison: null, error: null },
    };
    this.last = rebuild;
    const stop = new AbortController();
    const ended = this.run(generation, version, stop.signal).finally(() => (this.running = undefined));
    this.running = { stop, ended };
    return { ok: true, rebuild };
  }

  private async run(generation: Generation, version: FoldVersion, signal: AbortSignal): Promise<void> {
    const { live, logger, clock } = this.deps;
    let beside: Served | undefined;
    try {
      beside = await this.deps.open(generation, version);
      await this.build(beside, signal);
      this.change({ state: 'comparing' });
      this.change({ comparison: await this.compare(beside, signal) });
      this.change({ state: 'swapping' });
      const before = await this.swap(generation);
      beside = undefined; // it serves
      await before.close();
      this.change({ state: 'done', finishedAt: formatInstant(clock()) });
      logger.info({ generation, swapMs: this.last?.swapMs }, 'Other read models serve now.');
    } catch (error) {
      live.detach();
      await beside?.abandon();
      if (this.last?.kind === 'rebuild') await this.discard(generation);
      const message = error instanceof Error ? error.message : String(error);
      const state = signal.aborted ? 'cancelled' : 'failed';
      if (state === 'failed') logger.error({ err: error }, 'Rebuilding the read models failed.');
      this.change({ state, error: message.slice(0, MESSAGE_LENGTH_MAX), finishedAt: formatInstant(clock()) });
    }
  }

  private async build(beside: Served, signal: AbortSignal): Promise<void> {
    const { ledger, live, monotonicMs } = this.deps;
    const startedMs = monotonicMs();
    let eventsTotal = 0;
    for (const head of (await headsOf(ledger)).values()) eventsTotal += head + 1;
    let eventsFolded = 0;
    const heads: Heads = new Map();
    await catchUp(
      ledger,
      beside,
      heads,
      (events) => {
        eventsFolded += events;
        eventsTotal = Math.max(eventsTotal, eventsFolded);
        const seconds = (monotonicMs() - startedMs) / 1_000;
        const eventsPerSecond = seconds > 0 ? Math.round(eventsFolded / seconds) : 0;
        const remainingSeconds = eventsPerSecond > 0 ? (eventsTotal - eventsFolded) / eventsPerSecond : null;
        this.change({ eventsFolded, eventsTotal, eventsPerSecond, remainingSeconds });
      },
      signal,
    );
    await beside.projector.flush();
    const heldMs = await live.hold(() => attachBeside(ledger, live, beside, heads, signal), monotonicMs);
    this.change({ swapMs: heldMs });
  }

  /** Of the rows that neither set has changed meanwhile; both go on folding. */
  private async compare(beside: Served, signal: AbortSignal): Promise<ComparisonResponse> {
    const { live } = this.deps;
    const heads = new Map(live.folded);
    await live.current.projector.flush();
    await beside.projector.flush();
    signal.throwIfAborted();
    const compared = await compareRows({
      ...{ live: live.current.store, projections: PROJECTIONS, replayed: () => beside.store },
      partitions: [...heads.keys()].filter((stream) => stream.startsWith('ads-')).map(partitionOf),
      until: (source, partition) => heads.get(STREAM[source](partition)) ?? -1,
    });
    const differences = compared.differences.map(({ table, fields, ...rest }) => ({
      ...{ ...rest, projection: table, fields: [...fields], events: [], eventsTotal: 0 },
    }));
    return { ...compared, differences, liveDigest: null };
  }

  private async swap(generation: Generation): Promise<Served> {
    const { live, shelf, monotonicMs } = this.deps;
    let before: Served | undefined;
    const heldMs = await live.hold(async () => {
      await shelf.serve(generation); // when this fails, what served goes on
      before = live.swap();
    }, monotonicMs);
    this.change({ swapMs: Math.max(heldMs, this.last?.swapMs ?? 0) });
    if (before === undefined) throw new Error('Nothing was swapped.');
    return before;
  }

  /** What is left lying is removed at the next start. */
  private async discard(generation: Generation): Promise<void> {
    const { shelf, logger } = this.deps;
    try {
      await shelf.discard(generation);
    } catch (error) {
      logger.error({ err: error, generation }, 'Read models that were not finished could not be removed.');
    }
  }

  private change(changes: Changes): void {
    if (this.last !== undefined) this.last = { ...this.last, ...changes };
  }
}

const RUNNING: RebuildOutcome = { ok: false, code: 'rebuild-running', detail: 'A rebuild is going on.' };
