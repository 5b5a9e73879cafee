import { STREAM, type SystemSnapshot } from '@flightdeck/contracts';
import { formatInstant } from '@flightdeck/domain';
import type { OpenAdLedger, PartitionStats } from '@flightdeck/ledger';
import type { LatencyPercentiles } from '@flightdeck/platform';
import type { DataQuality } from '@flightdeck/read-models';
import type { IngestService } from '../../ingest/src/index.js';
import type { ProjectorStatus } from '../../projector/src/index.js';
import type { RulesStats } from '../../rules/src/index.js';

/** What ingest knows of itself. */
export interface IngestReport {
  readonly partitions: readonly PartitionStats[];
  readonly queuedEvents: number;
  readonly refusedBusy: number;
  readonly latency: LatencyPercentiles | null;
}

/** What the projector knows of itself. */
export interface ProjectorReport {
  readonly checkpoint: string;
  readonly caughtUp: boolean;
  readonly eventsPerSecond: number;
  readonly latency: LatencyPercentiles | null;
  readonly quality: DataQuality;
}

/** What the rules know of themselves. */
export interface RulesReport {
  readonly latency: LatencyPercentiles | null;
  readonly outboxWaiting: number;
  readonly failed: number;
}

export interface Reports {
  readonly ingest: IngestReport;
  readonly projector: ProjectorReport;
  readonly rules: RulesReport;
}

export function ingestReport(ledger: OpenAdLedger, { stats }: IngestService): IngestReport {
  return {
    partitions: ledger.stats(),
    queuedEvents: ledger.depth(),
    refusedBusy: stats.refusedBusy,
    latency: stats.latency.percentiles(),
  };
}

export function projectorReport(status: ProjectorStatus, quality: DataQuality): ProjectorReport {
  const { checkpoint, caughtUp, eventsPerSecond } = status.snapshot();
  return { checkpoint, caughtUp, eventsPerSecond, latency: status.latency(), quality };
}

export function rulesReport(stats: RulesStats): RulesReport {
  return { latency: stats.latency(), outboxWaiting: stats.outboxWaiting(), failed: stats.failed };
}

/** What `GET /v1/system` tells of the parts, wherever they run. */
export function systemSnapshot({ ingest, projector, rules }: Reports): SystemSnapshot {
  const { quality, checkpoint, caughtUp, eventsPerSecond } = projector;
  const sum = (of: (one: PartitionStats) => number): number =>
    ingest.partitions.reduce((total, one) => total + of(one), 0);
  return {
    partitions: ingest.partitions.map(({ partition, head }) => partitionSnapshot(partition, head, quality)),
    ingest: {
      accepted: sum((one) => one.appended),
      duplicates: sum((one) => one.duplicates),
      quarantined: sum((one) => one.quarantined),
      refusedBusy: ingest.refusedBusy,
      eventsPerSecond,
      queuedEvents: ingest.queuedEvents,
    },
    latency: { ingest: ingest.latency, eventToPacing: projector.latency, eventToCommand: rules.latency },
    projections: [{ name: 'campaign-figures', checkpoint, caughtUp }],
    outbox: { waiting: rules.outboxWaiting, failed: rules.failed },
    sources: quality.sources.map(({ source, watermarkMs, lastReceivedAtMs, events }) => ({
      source,
      watermark: formatInstant(watermarkMs),
      lastReceivedAt: formatInstant(lastReceivedAtMs),
      events,
    })),
  };
}

function partitionSnapshot(
  partition: number,
  headRevision: number,
  quality: DataQuality,
): SystemSnapshot['partitions'][number] {
  const folded = quality.partitions.find((one) => one.partition === partition);
  const projectedRevision = folded?.revision ?? -1;
  const quarantined = Object.values(folded?.quarantined ?? {}).reduce((total, count) => total + count, 0);
  return {
    partition,
    stream: STREAM.ads(partition),
    headRevision,
    projectedRevision,
    lagEvents: Math.max(0, headRevision - projectedRevision),
    accepted: folded?.accepted ?? 0,
    late: folded?.late ?? 0,
    unregistered: folded?.unregistered ?? 0,
    quarantined,
  };
}
