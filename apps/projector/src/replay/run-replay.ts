import type {
  ComparisonResponse,
  ReplayProgressResponse,
  ReplayResultResponse,
  ReplaySpec,
} from '@flightdeck/contracts';
import {
  type Comparison,
  compareRows,
  type DigestLine,
  digestLines,
  digestOf,
  listParked,
  type FoldVersion,
  type PartitionRange,
  type ProjectionInfo,
  projectionsNamed,
  type ReadModelStore,
  type RowDifference,
} from '@flightdeck/read-models';
import { eventsOf } from './explain.js';
import { foldOn } from './fold-on.js';
import { historyOf, type ReadableLedger } from '@flightdeck/ledger';
import { eventsIn, rangesOf } from './ranges.js';

/** Rows that differ and whose events are looked up: each look-up reads a partition. */
const EXPLAINED_MAX = 10;
/** How often progress is told, at most. */
const TELL_EVERY_MS = 200;

/** Folds ranges of partitions, each into a store of its own that is closed when it is done. */
export type FoldPartitions = (
  ranges: readonly PartitionRange[],
  version: FoldVersion,
  onFolded: (events: number) => void,
  signal: AbortSignal,
) => Promise<void>;

/** What a replay stands on. It reads the ledger and writes to places of its own: it can reach neither a bus nor a writer. */
export interface ReplayDeps {
  readonly ledger: ReadableLedger;
  readonly version: FoldVersion;
  readonly foldPartitions: FoldPartitions;
  /** Opens what {@link foldPartitions} made of a partition. */
  readonly openPartition: (partition: number) => ReadModelStore;
  /** A copy of the live read models as they were at one moment, and what they were folded by; undefined when there is none. */
  readonly copyLive: () => Promise<
    { readonly store: ReadModelStore; readonly version: FoldVersion } | undefined
  >;
  readonly onProgress: (progress: ReplayProgressResponse) => void;
  /** Milliseconds of a clock that only goes forward. */
  readonly elapsedMs: () => number;
}

/**
 * Replays projections up to a moment into fresh stores with the live folds, digests them, and holds them row by row against the
 * live read models. Those move on meanwhile, so they are copied first, at one moment, and the copy is folded on to exactly where
 * the replay ends. @throws when `signal` aborts; {RangeError} for a projection that does not exist.
 */
export async function runReplay(
  deps: ReplayDeps,
  spec: ReplaySpec,
  signal: AbortSignal,
): Promise<ReplayResultResponse> {
  const projections = projectionsNamed(spec.projection);
  if (projections === undefined) throw new RangeError(`There is no projection '${spec.projection}'.`);
  const { ledger, version } = deps;
  deps.onProgress({ ...NOTHING_YET, phase: 'copying' });
  const live = spec.from === null ? await deps.copyLive() : undefined;
  try {
    const ranges = await rangesOf(ledger, spec);
    const ends = spec.asOf === null ? ranges : await rangesOf(ledger, { from: null, asOf: null });
    if (live !== undefined) await foldOn(ledger, live.store, live.version, ends, signal);
    const timing = await fold(deps, ranges, signal);
    deps.onProgress({
      ...timing,
      phase: 'comparing',
      remainingSeconds: null,
      eventsTotal: timing.eventsFolded,
    });
    return await result(deps, { projections, ranges, version, timing, live: live?.store }, signal);
  } finally {
    await live?.store.close();
  }
}

const NOTHING_YET = { eventsFolded: 0, eventsTotal: 0, eventsPerSecond: 0, remainingSeconds: null };

interface Timing {
  readonly eventsFolded: number;
  readonly eventsPerSecond: number;
  readonly seconds: number;
}

async function fold(
  { foldPartitions, onProgress, elapsedMs, version }: ReplayDeps,
  ranges: readonly PartitionRange[],
  signal: AbortSignal,
): Promise<Timing> {
  const eventsTotal = eventsIn(ranges);
  const startedMs = elapsedMs();
  let eventsFolded = 0;
  let toldMs = -Infinity;
  const timing = (): Timing => {
    const seconds = (elapsedMs() - startedMs) / 1_000;
    return { eventsFolded, seconds, eventsPerSecond: seconds > 0 ? Math.round(eventsFolded / seconds) : 0 };
  };
  await foldPartitions(
    ranges,
    version,
    (events) => {
      eventsFolded += events;
      if (elapsedMs() - toldMs < TELL_EVERY_MS) return;
      toldMs = elapsedMs();
      const { eventsPerSecond } = timing();
      const remainingSeconds = eventsPerSecond > 0 ? (eventsTotal - eventsFolded) / eventsPerSecond : null;
      onProgress({ phase: 'folding', eventsFolded, eventsTotal, eventsPerSecond, remainingSeconds });
    },
    signal,
  );
  return timing();
}

interface Replayed {
  readonly projections: readonly ProjectionInfo[];
  readonly ranges: readonly PartitionRange[];
  readonly version: FoldVersion;
  readonly timing: Timing;
  readonly live: ReadModelStore | undefined;
}

async function result(
  deps: ReplayDeps,
  replayed: Replayed,
  signal: AbortSignal,
): Promise<ReplayResultResponse> {
  const { projections, ranges, timing, version, live } = replayed;
  const stores = new Map(ranges.map(({ partition }) => [partition, deps.openPartition(partition)]));
  try {
    const tables = projections.map(({ table }) => table);
    const lines: DigestLine[] = [];
    let parked = 0;
    for (const store of stores.values()) {
      lines.push(...(await digestLines(store, tables)));
      parked += (await listParked(store, PARKED_COUNTED_MAX)).length;
      signal.throwIfAborted();
    }
    const comparison = live === undefined ? null : await compare(deps, replayed, live, stores, signal);
    const heads = ranges.flatMap(({ ads, quarantine }) => [ads, quarantine]);
    return {
      identical: comparison === null ? null : isIdentical(comparison),
      ...{ version: version.version, digest: digestOf(lines), lines, parked, comparison },
      heads: heads.map(({ stream, from, to }) => ({ stream, fromRevision: from, toRevision: to })),
      ...{ events: timing.eventsFolded, seconds: timing.seconds, eventsPerSecond: timing.eventsPerSecond },
    };
  } finally {
    for (const store of stores.values()) await store.close();
  }
}

const PARKED_COUNTED_MAX = 10_000;

async function compare(
  { ledger }: ReplayDeps,
  { projections, ranges }: Replayed,
  live: ReadModelStore,
  stores: ReadonlyMap<number, ReadModelStore>,
  signal: AbortSignal,
): Promise<ComparisonResponse> {
  const byPartition = new Map(ranges.map((range) => [range.partition, range]));
  const compared = await compareRows({
    ...{ live, projections, partitions: [...byPartition.keys()] },
    replayed: (partition) => stores.get(partition),
    until: (source, partition) => byPartition.get(partition)?.[source].to ?? -1,
  });
  const tables = projections.map(({ table }) => table);
  const liveDigest = compared.movedOn > 0 ? null : digestOf(await digestLines(live, tables));
  const history = historyOf(ledger);
  const explained = async (difference: RowDifference, index: number): Promise<Told> => {
    const range = byPartition.get(difference.partition);
    if (range === undefined || index >= EXPLAINED_MAX)
      return told(difference, { events: [], eventsTotal: 0 });
    return told(difference, await eventsOf(history, difference, range, signal));
  };
  const differences: Told[] = [];
  for (const [index, difference] of compared.differences.entries())
    differences.push(await explained(difference, index));
  return { ...compared, liveDigest, differences };
}

type Told = ComparisonResponse['differences'][number];

function told(difference: RowDifference, events: Pick<Told, 'events' | 'eventsTotal'>): Told {
  const { table, key, partition, kind, fields, live, replayed } = difference;
  return { projection: table, key, partition, kind, fields: [...fields], live, replayed, ...events };
}

/** Nothing that could be compared differs. */
export function isIdentical({ different, missing, extra }: Omit<Comparison, 'differences'>): boolean {
  return different + missing + extra === 0;
}
