import { Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { REDRIVE, SYSTEM_PROBE, type LedgerCreated } from '@flightdeck/contracts';
import { openLedgerMeta, DEDUPE_HORIZON_MS } from '@flightdeck/ledger';
import { PlatformModule, type PortClient } from '@flightdeck/platform';
import { installConsole, installOpenApi } from '../../../api/src/index.js';
import { COLLECTOR, EventsController } from '../../../ingest/src/index.js';
import { apiModule, proofModule } from '../app-modules.js';
import { CoreModule, ledgerOptions } from '../core.module.js';
import { CONSOLE_DIRECTORY } from '../run.js';
import { VERSION } from '../version.js';
import { remoteIntake } from './intake-port.js';
import { RemoteReadModelsModule } from './remote-read-models.module.js';
import { remoteProbe } from './reports.js';
import { peerClient, type OpenService, type ServiceContext } from './service-context.js';

/** How long `GET /v1/system` waits for a process. */
const REPORT_WAIT_MS = 500;
const CLIENTS = Symbol('Clients');

/** The API as a process: the one base URL of everything, events that come in among them. */
export async function openApiService(context: ServiceContext): Promise<OpenService> {
  const options = { ...ledgerOptions(context.config), dedupeHorizonMs: DEDUPE_HORIZON_MS };
  const meta = await openLedgerMeta(context.base.store, options);
  return {
    module: ApiServiceModule.register(context, meta),
    connect: async (app) => {
      installOpenApi(app, VERSION);
      await installConsole(app, CONSOLE_DIRECTORY);
    },
  };
}

@Module({})
class ApiServiceModule {
  static register(
    context: ServiceContext,
    { partitions, ledgerId }: Pick<LedgerCreated, 'partitions' | 'ledgerId'>,
  ): DynamicModule {
    const { base, adminToken, config, dataDir, onFatal } = context;
    const { eventStore, anchors } = config;
    return {
      module: ApiServiceModule,
      imports: [
        CoreModule.register(base),
        PlatformModule.register(),
        RemoteReadModelsModule.register(context),
        PeersModule.register(context),
        proofModule(base, { dataDir, eventStore, ledgerId, anchors, onFatal }),
        apiModule(base, {
          dataDir,
          adminToken,
          approvals: config.approvals,
          oidc: config.oidc,
          legalHold: config.legalHold,
          partitions,
          onFatal,
        }),
      ],
    };
  }
}

/** What the API asks of the other processes, and the intake of events, whose pipeline is in one of them. */
@Module({})
class PeersModule implements OnApplicationShutdown {
  constructor(@Inject(CLIENTS) private readonly clients: readonly PortClient[]) {}

  static register(context: ServiceContext): DynamicModule {
    const intake = peerClient(context, 'ingest');
    const reports = {
      ingest: peerClient(context, 'ingest', { waitForPeerMs: REPORT_WAIT_MS }),
      projector: peerClient(context, 'projector', { waitForPeerMs: REPORT_WAIT_MS }),
      rules: peerClient(context, 'rules', { waitForPeerMs: REPORT_WAIT_MS }),
    };
    const ingest = remoteIntake(intake);
    return {
      module: PeersModule,
      global: true,
      controllers: [EventsController],
      providers: [
        { provide: COLLECTOR, useValue: ingest },
        { provide: REDRIVE, useValue: ingest },
        { provide: SYSTEM_PROBE, useValue: remoteProbe(reports, context.base.logger) },
        { provide: CLIENTS, useValue: [intake, ...Object.values(reports)] },
      ],
      exports: [REDRIVE, SYSTEM_PROBE],
    };
  }

  onApplicationShutdown(): void {
    for (const client of this.clients) client.close();
  }
}
