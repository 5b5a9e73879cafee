import { setTimeout as delay } from 'node:timers/promises';
import {
  Module,
  type DynamicModule,
  type OnApplicationShutdown,
  type Provider,
  Inject,
} from '@nestjs/common';
import {
  AD_LEDGER,
  CAMPAIGN_DIRECTORY,
  type AdLedger,
  type CampaignDirectory,
  type UserKeysAt,
} from '@flightdeck/ledger';
import { CLOCK, Metrics, type Clock } from '@flightdeck/platform';
import type { RecordSink, RecordSource } from '@flightdeck/sources';
import { COLLECTOR } from './collect/collector.js';
import { StreamCollector } from './collect/stream-collector.js';
import { EventsController } from './http/events.controller.js';
import { RecordIntake } from './kinesis/record-intake.js';
import { RecordsController } from './kinesis/records.controller.js';
import { addSinkMetrics, addSourceMetrics } from './kinesis/stream-metrics.js';
import { PipelinePool } from './pipeline/pipeline-pool.js';
import { TIME_WINDOWS, type TimeWindows } from './prepare/settings.js';
import { ProfileCache, type ProfileCacheOptions, PROFILE_CACHE_OPTIONS } from './profiles/profile-cache.js';
import type { ProfileSource } from './profiles/profile-source.js';
import { Redrive, type RecordRedrive } from './redrive/redrive.js';
import { IngestService } from './service/ingest-service.js';

/** What the composition decides. */
export interface IngestOptions {
  /** Worker threads for the pipeline; 0 runs it in the main thread. */
  readonly workers: number;
  /** The built worker (`dist/apps/ingest/worker.js`); needed with one worker or more. */
  readonly workerUrl?: URL;
  /** What userIds become pseudonyms with; the same for the life of a ledger. */
  readonly userKeys: UserKeysAt;
  /** Must be shorter than the ledger's horizon of de-duplication. */
  readonly windows?: Partial<TimeWindows>;
  /** Reference data of users; none by default. */
  readonly profiles?: { readonly source: ProfileSource; readonly cache?: Partial<ProfileCacheOptions> };
  /** What the HTTP collector puts events into on their way to the ledger; straight to the ledger unless given. */
  readonly sink?: RecordSink | undefined;
  /** Producers' stream; needs a KinesisTransport over it. */
  readonly source?: RecordSource | undefined;
  /** Records what came of a redrive. */
  readonly recordRedrive: RecordRedrive;
  /** The pipeline cannot go on: end the process. */
  readonly onFatal: (error: Error) => void;
}

/** Lets the pipeline finish what it has before its threads end. */
class PipelineShutdown implements OnApplicationShutdown {
  constructor(@Inject(PipelinePool) private readonly pool: PipelinePool) {}

  async onApplicationShutdown(): Promise<void> {
    await this.pool.close();
  }
}

/** The HTTP collector and its pipeline. Needs AD_LEDGER, CAMPAIGN_DIRECTORY and CLOCK from a global module. */
@Module({})
export class IngestModule {
  static register(options: IngestOptions): DynamicModule {
    return {
      module: IngestModule,
      controllers: options.source === undefined ? [EventsController] : [EventsController, RecordsController],
      providers: [
        {
          provide: PipelinePool,
          inject: [AD_LEDGER, CAMPAIGN_DIRECTORY, CLOCK],
          useFactory: (ledger: AdLedger, campaigns: CampaignDirectory, clock: Clock) =>
            pipelinePool(options, ledger, campaigns, clock),
        },
        {
          provide: IngestService,
          inject: [PipelinePool, AD_LEDGER],
          useFactory: (pool: PipelinePool, ledger: AdLedger) => new IngestService(pool, ledger),
        },
        {
          provide: Redrive,
          inject: [IngestService, CAMPAIGN_DIRECTORY, CLOCK],
          useFactory: (service: IngestService, campaigns: CampaignDirectory, clock: Clock) =>
            new Redrive(service, campaigns, clock, options.recordRedrive),
        },
        collector(options),
        ...streamIntake(options),
        PipelineShutdown,
      ],
      exports: [COLLECTOR, IngestService, Redrive, PipelinePool],
    };
  }
}

function collector({ sink }: IngestOptions): Provider {
  if (sink === undefined) return { provide: COLLECTOR, useExisting: IngestService };
  return {
    provide: COLLECTOR,
    inject: [IngestService, Metrics],
    useFactory: (service: IngestService, metrics: Metrics) => {
      addSinkMetrics(metrics, sink);
      return new StreamCollector(sink, service);
    },
  };
}

function streamIntake({ source }: IngestOptions): Provider[] {
  if (source === undefined) return [];
  return [
    {
      provide: RecordIntake,
      inject: [IngestService, CLOCK, Metrics],
      useFactory: (service: IngestService, clock: Clock, metrics: Metrics) => {
        addSourceMetrics(metrics, source);
        return new RecordIntake(service, { clock, sleep: (ms) => delay(ms) });
      },
    },
  ];
}

function pipelinePool(
  options: IngestOptions,
  ledger: AdLedger,
  campaigns: CampaignDirectory,
  clock: Clock,
): PipelinePool {
  const { profiles } = options;
  const cache =
    profiles && new ProfileCache(profiles.source, clock, { ...PROFILE_CACHE_OPTIONS, ...profiles.cache });
  return new PipelinePool({
    workers: options.workers,
    ...(options.workerUrl === undefined ? {} : { workerUrl: options.workerUrl }),
    partitions: ledger.partitions,
    userKeys: options.userKeys,
    windows: { ...TIME_WINDOWS, ...options.windows },
    campaigns,
    ...(cache === undefined ? {} : { profilesOf: (userIds) => cache.profilesOf(userIds) }),
    onFatal: options.onFatal,
  });
}
