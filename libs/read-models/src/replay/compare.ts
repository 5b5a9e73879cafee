import type { ReadModelStore, Row } from '../read-model-store.js';
import { describeRow, fieldsThatDiffer, type RowFields } from './describe-row.js';
import type { ProjectionInfo } from './projection-catalog.js';
import { rowsOf } from './rows-of.js';

/** A row that the live read models and the replay do not agree on. */
export interface RowDifference {
  readonly table: string;
  readonly key: string;
  readonly partition: number;
  /** `missing`: only the replay has it; `extra`: only the live read models have it. */
  readonly kind: 'different' | 'missing' | 'extra';
  readonly fields: readonly string[];
  readonly live: RowFields | null;
  readonly replayed: RowFields | null;
}

export interface Comparison {
  readonly compared: number;
  readonly same: number;
  readonly different: number;
  readonly missing: number;
  readonly extra: number;
  /** Live rows that have seen events after the moment of the replay: nothing can be said of them. */
  readonly movedOn: number;
  /** The first of them; all are counted. */
  readonly differences: readonly RowDifference[];
}

/** Differences that are told one by one. */
export const DIFFERENCES_TOLD_MAX = 100;

export interface CompareRequest {
  readonly live: ReadModelStore;
  /** The store into which a partition was replayed; undefined for a partition that was not. */
  readonly replayed: (partition: number) => ReadModelStore | undefined;
  readonly partitions: readonly number[];
  readonly projections: readonly ProjectionInfo[];
  /** The last revision of the partition's stream that the replay has folded. */
  readonly until: (source: ProjectionInfo['source'], partition: number) => number;
}

/** Holds every row of the live read models against the replayed one, and the other way round. Each row is read once. */
export async function compareRows(request: CompareRequest): Promise<Comparison> {
  const tally = new Tally();
  for (const projection of request.projections) {
    await fromLive(request, projection, tally);
    for (const partition of request.partitions) await fromReplay(request, projection, partition, tally);
  }
  return tally.result();
}

/** Sums of several comparisons of different rows. */
export function addComparisons(all: readonly Comparison[]): Comparison {
  const sum = (of: (one: Comparison) => number): number => all.reduce((total, one) => total + of(one), 0);
  return {
    compared: sum((one) => one.compared),
    same: sum((one) => one.same),
    different: sum((one) => one.different),
    missing: sum((one) => one.missing),
    extra: sum((one) => one.extra),
    movedOn: sum((one) => one.movedOn),
    differences: all.flatMap(({ differences }) => differences).slice(0, DIFFERENCES_TOLD_MAX),
  };
}

async function fromLive(request: CompareRequest, projection: ProjectionInfo, tally: Tally): Promise<void> {
  const { table, source } = projection;
  for await (const rows of rowsOf(request.live, table)) {
    for (const [partition, own] of byPartition(rows)) {
      const store = request.replayed(partition);
      if (store === undefined || !request.partitions.includes(partition)) continue;
      const until = request.until(source, partition);
      const counterparts = await store.load(
        table,
        own.map(({ key }) => key),
      );
      own.forEach((row, i) => {
        if (row.revision > until || (counterparts[i]?.revision ?? -1) > until) tally.movedOn += 1;
        else tally.take(table, row, counterparts[i]);
      });
    }
  }
}

/** What the replay has and the live read models lack. */
async function fromReplay(
  { live, replayed, until }: CompareRequest,
  { table, source }: ProjectionInfo,
  partition: number,
  tally: Tally,
): Promise<void> {
  const store = replayed(partition);
  if (store === undefined) return;
  for await (const page of rowsOf(store, table)) {
    const rows = page.filter(
      (row) => row.partition === partition && row.revision <= until(source, partition),
    );
    const counterparts = await live.load(
      table,
      rows.map(({ key }) => key),
    );
    rows.forEach((row, i) => {
      if (counterparts[i] === undefined) tally.take(table, undefined, row);
    });
  }
}

class Tally {
  movedOn = 0;
  private readonly counts = { same: 0, different: 0, missing: 0, extra: 0 };
  private readonly differences: RowDifference[] = [];

  take(table: string, live: Row | undefined, replayed: Row | undefined): void {
    const kind = kindOf(live, replayed);
    this.counts[kind] += 1;
    const row = live ?? replayed;
    if (kind === 'same' || row === undefined || this.differences.length >= DIFFERENCES_TOLD_MAX) return;
    const said = live === undefined ? null : describeRow(table, live);
    const should = replayed === undefined ? null : describeRow(table, replayed);
    const fields = fieldsThatDiffer(said ?? {}, should ?? {});
    const { key, partition } = row;
    this.differences.push({ table, key, partition, kind, fields, live: said, replayed: should });
  }

  result(): Comparison {
    const { same, different, missing, extra } = this.counts;
    const { movedOn, differences } = this;
    return { compared: same + different + missing + extra, ...this.counts, movedOn, differences };
  }
}

function kindOf(live: Row | undefined, replayed: Row | undefined): 'same' | RowDifference['kind'] {
  if (live === undefined) return 'missing';
  if (replayed === undefined) return 'extra';
  const same =
    live.revision === replayed.revision &&
    live.partition === replayed.partition &&
    Buffer.compare(live.value, replayed.value) === 0;
  return same ? 'same' : 'different';
}

function byPartition(rows: readonly Row[]): ReadonlyMap<number, readonly Row[]> {
  const groups = new Map<number, Row[]>();
  for (const row of rows) {
    const group = groups.get(row.partition);
    if (group === undefined) groups.set(row.partition, [row]);
    else group.push(row);
  }
  return groups;
}
