import {
  Inject,
  Module,
  type DynamicModule,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { Health, LOGGER, Metrics, PlatformModule, PortsModule, type Logger } from '@flightdeck/platform';
import { EVENT_STORE, type EventStore } from '@flightdeck/event-store';
import { KeyAuthenticator, RunningFold } from '../../../api/src/index.js';
import { COLLECTOR, IngestService, Redrive, type Collector } from '../../../ingest/src/index.js';
import { ingestModule } from '../app-modules.js';
import { CoreModule, openIntake, type Core } from '../core.module.js';
import { addLedgerMetrics } from '../ledger-metrics.js';
import { ingestReport } from '../system-snapshot.js';
import { intakePort } from './intake-port.js';
import { reportPort } from './reports.js';
import { connectStream, openStream, type Stream } from '../stream.module.js';
import type { OpenService, ServiceContext } from './service-context.js';
import { ServiceDoorModule } from './service-door.module.js';

/** The collector as a process: takes events from producers who have a key, and from the API. */
export async function openIngestService(context: ServiceContext): Promise<OpenService> {
  const { base, config, dataDir, onFatal } = context;
  const stream = openStream(config.source, base.logger);
  const intake = await openIntake(base, { ...config, dataDir });
  return {
    module: IngestServiceModule.register(context, { ...base, ...intake }, stream),
    connect: (app) => connectStream(app, stream, onFatal),
    close: () => intake.close(),
  };
}

const KEYS = Symbol('Keys');

@Module({})
class IngestServiceModule implements OnModuleInit, OnApplicationShutdown {
  constructor(
    @Inject(KEYS) private readonly keys: RunningFold,
    @Inject(Health) private readonly health: Health,
  ) {}

  static register(context: ServiceContext, core: Core, stream: Stream): DynamicModule {
    const { serviceToken, adminToken, dataDir, config, onFatal } = context;
    const known = new KeyAuthenticator(adminToken);
    const ingest = ingestModule(core, { dataDir, ingestWorkers: config.ingestWorkers, stream, onFatal });
    return {
      module: IngestServiceModule,
      imports: [
        CoreModule.register(core),
        ServiceDoorModule.register(serviceToken, known),
        PlatformModule.register(),
        ingest,
        PortsModule.register({
          imports: [ingest],
          inject: [COLLECTOR, IngestService, Redrive, Metrics],
          useFactory: (collector: Collector, service: IngestService, redrive: Redrive, metrics: Metrics) => {
            metrics.collectDefaults();
            addLedgerMetrics(metrics, core.ledger);
            return {
              ...intakePort(collector, redrive),
              ...reportPort(() => ingestReport(core.ledger, service)),
            };
          },
        }),
      ],
      providers: [
        {
          provide: KEYS,
          inject: [EVENT_STORE, LOGGER],
          useFactory: (store: EventStore, logger: Logger) => new RunningFold(store, known, logger, onFatal),
        },
      ],
    };
  }

  onModuleInit(): void {
    this.keys.start(this.health);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.keys.stop();
  }
}
