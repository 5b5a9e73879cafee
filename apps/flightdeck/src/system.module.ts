import { Module, type DynamicModule } from '@nestjs/common';
import { REDRIVE, STREAM, SYSTEM_PROBE, type SystemProbe, type SystemSnapshot } from '@flightdeck/contracts';
import { formatInstant } from '@flightdeck/domain';
import type { OpenAdLedger } from '@flightdeck/ledger';
import { Metrics } from '@flightdeck/platform';
import { READ_MODELS, type DataQuality, type ReadModels } from '@flightdeck/read-models';
import { IngestService, Redrive } from '../../ingest/src/index.js';
import { ProjectorStatus } from '../../projector/src/index.js';
import { RULES_STATS, type RulesStats } from '../../rules/src/index.js';

/** Counters of `/metrics`, read at each scrape. */
const COUNTERS = {
  flightdeck_ingest_accepted: ['Events appended since the start.', 'appended'],
  flightdeck_ingest_duplicates: ['Events that were in the ledger already, since the start.', 'duplicates'],
  flightdeck_ingest_quarantined: ['Records put into quarantine since the start.', 'quarantined'],
  flightdeck_ledger_lost_races: [
    'Appends refused because another writer was first, since the start.',
    'lostRaces',
  ],
  flightdeck_ledger_queued: ['Events waiting for an append.', 'queued'],
  flightdeck_dedupe_index_bytes: ['Memory of the de-duplication indexes.', 'indexMemoryBytes'],
} as const;

const LEDGER_METRICS = Symbol('LedgerMetrics');

/** What the apps ask of each other without knowing each other: the redrive of quarantined records, and how everybody is. */
@Module({})
export class SystemModule {
  static register(ledger: OpenAdLedger, imports: DynamicModule[]): DynamicModule {
    return {
      module: SystemModule,
      imports,
      global: true,
      providers: [
        { provide: REDRIVE, inject: [Redrive], useFactory: (redrive: Redrive) => redrive },
        {
          provide: SYSTEM_PROBE,
          inject: [IngestService, READ_MODELS, ProjectorStatus, RULES_STATS],
          useFactory: (
            ingest: IngestService,
            readModels: ReadModels,
            projector: ProjectorStatus,
            rules: RulesStats,
          ): SystemProbe => ({
            snapshot: async () => snapshot(ledger, ingest, await readModels.quality(), projector, rules),
          }),
        },
        {
          provide: LEDGER_METRICS,
          inject: [Metrics],
          useFactory: (metrics: Metrics) => {
            metrics.collectDefaults();
            for (const [name, [help, field]] of Object.entries(COUNTERS)) {
              metrics.gauge(name, help, () => ledger.stats().reduce((sum, one) => sum + one[field], 0));
            }
            return metrics;
          },
        },
      ],
      exports: [REDRIVE, SYSTEM_PROBE],
    };
  }
}

function snapshot(
  ledger: OpenAdLedger,
  ingest: IngestService,
  quality: DataQuality,
  projector: ProjectorStatus,
  rules: RulesStats,
): SystemSnapshot {
  const { eventsPerSecond, checkpoint, caughtUp } = projector.snapshot();
  const stats = ledger.stats();
  const sum = (of: (one: (typeof stats)[number]) => number): number =>
    stats.reduce((total, one) => total + of(one), 0);
  return {
    partitions: stats.map(({ partition, head }) => partitionSnapshot(partition, head, quality)),
    ingest: {
      accepted: sum((one) => one.appended),
      duplicates: sum((one) => one.duplicates),
      quarantined: sum((one) => one.quarantined),
      refusedBusy: ingest.stats.refusedBusy,
      eventsPerSecond,
      queuedEvents: ledger.depth(),
    },
    latency: {
      ingest: ingest.stats.latency.percentiles(),
      eventToPacing: projector.latency(),
      eventToCommand: rules.latency(),
    },
    projections: [{ name: 'campaign-figures', checkpoint, caughtUp }],
    outbox: { waiting: rules.outboxWaiting(), failed: rules.failed },
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
