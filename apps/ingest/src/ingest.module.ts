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
import { ProfileCache } from '@flightdeck/profiles';
import type { RecordSink, RecordSource } from '@flightdeck/sources';
import { COLLECTOR } from './collect/collector.js';
import { StreamCollector } from './collect/stream-collector.js';
import { EventsController } from './http/events.controller.js';
import { RecordIntake } from './kinesis/record-intake.js';
import { RecordsController } from './kinesis/records.controller.js';
import { addSinkMetrics, addSourceMetrics } from './kinesis/stream-metrics.js';
import { PipelinePool } from './pipeline/pipeline-pool.js';
import { TIME_WINDOWS, type TimeWindows } from './prepare/settings.js';
import { addProfileMetrics } from './profiles/profile-metrics.js';
import type { OpenProfiles } from './profiles/profiles.module.js';
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
  readonly profiles?: Omit<OpenProfiles, 'close'> | undefined;
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
          inject: [AD_LEDGER, CAMPAIGN_DIRECTORY, CLOCK, Metrics],
          useFactory: (ledger: AdLedger, campaigns: CampaignDirectory, clock: Clock, metrics: Metrics) =>
            pipelinePool(options, ledger, campaigns, profileCache(options, clock, metrics)),
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

function profileCache({ profiles }: IngestOptions, clock: Clock, metrics: Metrics): ProfileCache | undefined {
  if (profiles === undefined) return undefined;
  const cache = new ProfileCache(profiles.source, clock);
  addProfileMetrics(metrics, cache, profiles);
  return cache;
}

function pipelinePool(
  options: IngestOptions,
  ledger: AdLedger,
  campaigns: CampaignDirectory,
  cache: ProfileCache | undefined,
): PipelinePool {
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
