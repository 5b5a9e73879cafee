import { decodeJson } from '@flightdeck/contracts';
import type { QuarantineReason } from '@flightdeck/domain';
import type { AdFact } from '../ad-fact/ad-fact.js';
import type { ReadModelStore, RowWrite } from '../read-model-store.js';
import type { DataQuality } from '../read-models.js';

export const DATA_QUALITY_TABLE = 'data-quality@1';
export const QUARANTINE_COUNT_TABLE = 'quarantine-count@1';
export const SOURCE_TABLE = 'source-freshness@1';
/** How far out of order a source's events may come before its watermark is wrong about them. */
export const ALLOWED_DISORDER_MS = 60_000;
/** Sources told apart in one partition; the rest count as `other`. */
const SOURCES_MAX = 1_000;
const OTHER_SOURCES = 'other';
const ROWS_MAX = 1_000_000;

interface AdsRow {
  revision: number;
  accepted: number;
  late: number;
  unregistered: number;
}
interface QuarantineRow {
  revision: number;
  quarantined: Partial<Record<QuarantineReason, number>>;
}
interface SourceRow {
  revision: number;
  events: number;
  newestOccurredAtMs: number;
  lastReceivedAtMs: number;
}

/** What became of everything that arrived, per partition, and how fresh each source is. Small enough to stay in memory. */
export class DataQualityFold {
  /** By partition. */
  private readonly ads: (AdsRow | undefined)[] = [];
  private readonly quarantine = new Map<number, QuarantineRow>();
  private readonly sources = new Map<number, Map<string, SourceRow>>();
  /** The source last heard of, by partition. */
  private readonly heard: ({ readonly source: string; readonly row: SourceRow } | undefined)[] = [];
  private readonly isAdsDirty: boolean[] = [];
  private readonly dirtyQuarantine = new Set<number>();
  /** Revisions of the source rows as last handed out to be written. */
  private readonly written = new Map<SourceRow, number>();

  /** Counts an accepted event and moves its source's watermark, unless that has been done. */
  accept(fact: AdFact): void {
    const { partition, revision } = fact;
    const row = (this.ads[partition] ??= { revision: -1, accepted: 0, late: 0, unregistered: 0 });
    if (revision > row.revision) {
      row.revision = revision;
      row.accepted += 1;
      if (fact.late) row.late += 1;
      if (fact.unregistered) row.unregistered += 1;
      this.isAdsDirty[partition] = true;
    }
    this.hear(fact);
  }

  /** Counts a quarantined record, unless that has been done. */
  refuse(partition: number, revision: number, reason: QuarantineReason): void {
    let row = this.quarantine.get(partition);
    if (row === undefined) this.quarantine.set(partition, (row = { revision: -1, quarantined: {} }));
    if (revision <= row.revision) return;
    row.revision = revision;
    row.quarantined[reason] = (row.quarantined[reason] ?? 0) + 1;
    this.dirtyQuarantine.add(partition);
  }

  view(): DataQuality {
    const partitions = [...new Set([...Object.keys(this.ads).map(Number), ...this.quarantine.keys()])].sort(
      (a, b) => a - b,
    );
    return {
      partitions: partitions.map((partition) => {
        const ads = this.ads[partition];
        return {
          partition,
          revision: ads?.revision ?? -1,
          accepted: ads?.accepted ?? 0,
          late: ads?.late ?? 0,
          unregistered: ads?.unregistered ?? 0,
          quarantined: { ...this.quarantine.get(partition)?.quarantined },
        };
      }),
      sources: this.sourcesView(),
    };
  }

  /** The rows that changed since the last time. */
  takeWrites(): RowWrite[] {
    const writes: RowWrite[] = [];
    this.ads.forEach((row, partition) => {
      if (this.isAdsDirty[partition] === true) writes.push(write(DATA_QUALITY_TABLE, '', partition, row));
    });
    for (const partition of this.dirtyQuarantine) {
      writes.push(write(QUARANTINE_COUNT_TABLE, '', partition, this.quarantine.get(partition)));
    }
    for (const [partition, sources] of this.sources) {
      for (const [source, row] of sources) {
        if (this.written.get(row) === row.revision) continue;
        this.written.set(row, row.revision);
        writes.push(write(SOURCE_TABLE, source, partition, row));
      }
    }
    this.isAdsDirty.length = 0;
    this.dirtyQuarantine.clear();
    return writes;
  }

  /** Forgets everything and reads back what was committed. */
  async load(store: ReadModelStore): Promise<void> {
    this.takeWrites();
    this.ads.length = 0;
    this.heard.length = 0;
    this.quarantine.clear();
    this.sources.clear();
    this.written.clear();
    const everything = { from: '', to: '\uffff', max: ROWS_MAX };
    for (const { partition, value } of await store.range(DATA_QUALITY_TABLE, everything))
      this.ads[partition] = decodeJson<AdsRow>(value);
    for (const { partition, value } of await store.range(QUARANTINE_COUNT_TABLE, everything)) {
      this.quarantine.set(partition, decodeJson<QuarantineRow>(value));
    }
    for (const { key, partition, value } of await store.range(SOURCE_TABLE, everything)) {
      this.sourcesOf(partition).set(key.slice(key.indexOf('/') + 1), decodeJson<SourceRow>(value));
    }
  }

  private hear(fact: AdFact): void {
    const { partition } = fact;
    let heard = this.heard[partition];
    if (heard?.source !== fact.source)
      this.heard[partition] = heard = { source: fact.source, row: this.sourceRow(fact) };
    const { row } = heard;
    if (fact.revision <= row.revision) return;
    row.revision = fact.revision;
    row.events += 1;
    if (fact.occurredAtMs > row.newestOccurredAtMs) row.newestOccurredAtMs = fact.occurredAtMs;
    if (fact.receivedAtMs > row.lastReceivedAtMs) row.lastReceivedAtMs = fact.receivedAtMs;
  }

  private sourceRow({ partition, source, occurredAtMs, receivedAtMs }: AdFact): SourceRow {
    const sources = this.sourcesOf(partition);
    const name = sources.has(source) || sources.size < SOURCES_MAX ? source : OTHER_SOURCES;
    let row = sources.get(name);
    if (row === undefined) {
      row = { revision: -1, events: 0, newestOccurredAtMs: occurredAtMs, lastReceivedAtMs: receivedAtMs };
      sources.set(name, row);
    }
    return row;
  }

  private sourcesOf(partition: number): Map<string, SourceRow> {
    let sources = this.sources.get(partition);
    if (sources === undefined) this.sources.set(partition, (sources = new Map<string, SourceRow>()));
    return sources;
  }

  private sourcesView(): DataQuality['sources'] {
    const bySource = new Map<
      string,
      { source: string; watermarkMs: number; lastReceivedAtMs: number; events: number }
    >();
    for (const sources of this.sources.values()) {
      for (const [source, row] of sources) {
        const watermarkMs = row.newestOccurredAtMs - ALLOWED_DISORDER_MS;
        const { lastReceivedAtMs, events } = row;
        const sum = bySource.get(source);
        if (sum === undefined) bySource.set(source, { source, watermarkMs, lastReceivedAtMs, events });
        else {
          sum.watermarkMs = Math.max(sum.watermarkMs, watermarkMs);
          sum.lastReceivedAtMs = Math.max(sum.lastReceivedAtMs, lastReceivedAtMs);
          sum.events += events;
        }
      }
    }
    return [...bySource.values()].sort((a, b) => (a.source < b.source ? -1 : 1));
  }
}

function write(
  table: string,
  name: string,
  partition: number,
  row: { readonly revision: number } | undefined,
): RowWrite {
  const key = `${String(partition).padStart(5, '0')}/${name}`;
  return { table, key, partition, revision: row?.revision ?? -1, value: Buffer.from(JSON.stringify(row)) };
}
