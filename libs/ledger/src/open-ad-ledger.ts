import { join } from 'node:path';
import { STREAM, type RecordRedriven } from '@flightdeck/contracts';
import { AD_EVENT_TYPES, RECORDED_TYPE } from '@flightdeck/domain';
import type { EventStore } from '@flightdeck/event-store';
import { DedupeIndex } from './dedupe/dedupe-index.js';
import { FilePool } from './dedupe/file-pool.js';
import type { IndexSizes } from './dedupe/sizes.js';
import { DuplicateBook } from './duplicates/duplicate-book.js';
import type { AdLedger } from './ledger.js';
import { openLedgerMeta } from './meta/ledger-meta.js';
import type { PartitionOutcome, PreparedEvents, RefusedRecord } from './prepared-events.js';
import { conflictRecord } from './quarantine/conflicts.js';
import { prepareQuarantine, prepareRedriven, QUARANTINE_TYPES } from './quarantine/prepare.js';
import { WRITER_LIMITS, type WriterLimits } from './writer/limits.js';
import { StreamWriter, type Conflict } from './writer/stream-writer.js';

/** How long an id is held by arrival: always longer than the acceptance window by more than the clocks' skew. */
export const DEDUPE_HORIZON_MS = 7 * 24 * 60 * 60_000;
/** Indexes opened at one time. */
const OPENING_MAX = 4;
const RECORDED_TYPES = AD_EVENT_TYPES.map((type) => RECORDED_TYPE[type]);

export interface OpenAdLedgerOptions {
  readonly store: EventStore;
  /** Data directory; the index's files live in `<directory>/index`. It belongs to this process alone. */
  readonly directory: string;
  /** Settled when the ledger is created; afterwards another number is refused. */
  readonly partitions: number;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** A new UUID: of a new ledger, and of what is booked in it. */
  readonly newId: () => string;
  /** Used when the ledger is created; {@link DEDUPE_HORIZON_MS} otherwise. */
  readonly dedupeHorizonMs?: number;
  readonly limits?: Partial<WriterLimits>;
  readonly indexSizes?: Partial<IndexSizes>;
}

/** Figures of one partition since it was opened, for metrics. */
export interface PartitionStats {
  readonly partition: number;
  /** Last revision of `ads-<partition>` that this process knows; −1 when empty. */
  readonly head: number;
  readonly appended: number;
  readonly duplicates: number;
  readonly conflicts: number;
  readonly lostRaces: number;
  readonly quarantined: number;
  /** Events waiting. */
  readonly queued: number;
  readonly indexGenerations: number;
  readonly indexMemoryBytes: number;
  /** Index files that could not be trusted and were rebuilt from the ledger. */
  readonly indexDistrusted: number;
}

export interface OpenAdLedger extends AdLedger {
  /** UUID given when the ledger was created. */
  readonly ledgerId: string;
  /** How long an id is held, in milliseconds. */
  readonly dedupeHorizonMs: number;
  /** Records that a quarantined record was sent again; the same fact twice is one. Resolves once durable. */
  redriven(partition: number, redriven: RecordRedriven): Promise<void>;
  stats(): readonly PartitionStats[];
  /** Brings every index up to the ledger and its files up to the index, for who begins from them. @throws when the ledger is away. */
  refresh(): Promise<void>;
}

interface Partition {
  readonly index: DedupeIndex;
  readonly writer: StreamWriter;
  readonly quarantineIndex: DedupeIndex;
  readonly quarantine: StreamWriter;
}

/**
 * Opens the ad event ledger over a store and catches its indexes up; creates it in an empty store.
 * @throws {PartitionsMismatch} when it was created with another number of partitions.
 */
export async function openAdLedger(options: OpenAdLedgerOptions): Promise<OpenAdLedger> {
  const { store, clock, newId, partitions, dedupeHorizonMs = DEDUPE_HORIZON_MS } = options;
  const created = await openLedgerMeta(store, { partitions, dedupeHorizonMs, clock, newId });
  const files = new FilePool();
  const opened: Partition[] = [];
  for (let first = 0; first < partitions; first += OPENING_MAX) {
    const some = Array.from({ length: Math.min(OPENING_MAX, partitions - first) }, (_, i) => first + i);
    const settings = { ...options, files, ledgerId: created.ledgerId, horizonMs: created.dedupeHorizonMs };
    opened.push(...(await Promise.all(some.map((partition) => openPartition(partition, settings)))));
  }
  return new PartitionedLedger(created.ledgerId, created.dedupeHorizonMs, opened, files);
}

interface PartitionSettings extends OpenAdLedgerOptions {
  readonly files: FilePool;
  readonly ledgerId: string;
  readonly horizonMs: number;
}

async function openPartition(partition: number, settings: PartitionSettings): Promise<Partition> {
  const { store, clock, newId } = settings;
  const limits = { ...WRITER_LIMITS, ...settings.limits };
  const stream = STREAM.ads(partition);
  const quarantineStream = STREAM.quarantine(partition);
  const [index, quarantineIndex] = await Promise.all([
    openIndex(stream, settings),
    openIndex(quarantineStream, settings),
  ]);
  const quarantine = new StreamWriter({
    store,
    stream: quarantineStream,
    index: quarantineIndex,
    typeNames: QUARANTINE_TYPES,
    limits,
    onConflicts: () =>
      Promise.reject(new Error(`${quarantineStream} holds another record under the same id.`)),
  });
  const onConflicts = async (conflicts: readonly Conflict[]): Promise<void> => {
    await quarantine.append(
      prepareQuarantine(
        partition,
        conflicts.map((conflict) => conflictRecord(partition, conflict)),
      ),
      { evenWhenFull: true },
    );
  };
  const book = new DuplicateBook({ store, partition, clock, newId });
  const onDuplicates = (duplicates: readonly Uint8Array[]): Promise<void> => book.book(duplicates);
  const writer = new StreamWriter({
    ...{ store, stream, index, typeNames: RECORDED_TYPES, limits, onConflicts, onDuplicates },
  });
  return { index, writer, quarantineIndex, quarantine };
}

function openIndex(stream: string, settings: PartitionSettings): Promise<DedupeIndex> {
  const { indexSizes, directory, ...rest } = settings;
  const sizes = indexSizes === undefined ? {} : { sizes: indexSizes };
  return DedupeIndex.open({ ...rest, ...sizes, stream, directory: join(directory, 'index', stream) });
}

class PartitionedLedger implements OpenAdLedger {
  private closing: Promise<void> | undefined;

  constructor(
    readonly ledgerId: string,
    readonly dedupeHorizonMs: number,
    private readonly opened: readonly Partition[],
    private readonly files: FilePool,
  ) {}

  get partitions(): number {
    return this.opened.length;
  }

  async append(
    events: PreparedEvents,
    options: { readonly acceptFromMs?: number } = {},
  ): Promise<PartitionOutcome> {
    return this.of(events.partition).writer.append(events, options);
  }

  async quarantine(
    records: readonly RefusedRecord[],
  ): Promise<{ readonly quarantined: number; readonly duplicates: number }> {
    const byPartition = new Map<number, RefusedRecord[]>();
    for (const record of records) {
      const refused = byPartition.get(record.partition);
      if (refused === undefined) byPartition.set(record.partition, [record]);
      else refused.push(record);
    }
    const outcomes = await Promise.all(
      [...byPartition].map(([partition, refused]) =>
        this.of(partition).quarantine.append(prepareQuarantine(partition, refused)),
      ),
    );
    const quarantined = outcomes.reduce((sum, outcome) => sum + outcome.accepted, 0);
    return { quarantined, duplicates: records.length - quarantined };
  }

  async redriven(partition: number, redriven: RecordRedriven): Promise<void> {
    await this.of(partition).quarantine.append(prepareRedriven(partition, redriven));
  }

  depth(): number {
    return this.opened.reduce((sum, { writer, quarantine }) => sum + writer.depth + quarantine.depth, 0);
  }

  stats(): readonly PartitionStats[] {
    return this.opened.map(({ index, writer, quarantineIndex, quarantine }, partition) => ({
      partition,
      head: index.head,
      appended: writer.counts.appended,
      duplicates: writer.counts.duplicates,
      conflicts: writer.counts.conflicts,
      lostRaces: writer.counts.lostRaces,
      quarantined: quarantine.counts.appended,
      queued: writer.depth + quarantine.depth,
      indexGenerations: index.generationCount,
      indexMemoryBytes: index.memoryBytes + quarantineIndex.memoryBytes,
      indexDistrusted: index.distrusted + quarantineIndex.distrusted,
    }));
  }

  async refresh(): Promise<void> {
    for (const { writer, quarantine } of this.opened)
      await Promise.all([writer.refresh(), quarantine.refresh()]);
  }

  close(): Promise<void> {
    return (this.closing ??= this.settle());
  }

  /** Writers first: a conflict in one of the last batches still goes to quarantine. */
  private async settle(): Promise<void> {
    await Promise.all(this.opened.map(({ writer }) => writer.close()));
    await Promise.all(this.opened.map(({ quarantine }) => quarantine.close()));
    try {
      await Promise.all(
        this.opened.flatMap(({ index, quarantineIndex }) => [index.close(), quarantineIndex.close()]),
      );
    } finally {
      this.files.close();
    }
  }

  private of(partition: number): Partition {
    const found = this.opened[partition];
    if (found === undefined) throw new RangeError(`This ledger has no partition ${partition}.`);
    return found;
  }
}
