import { join } from 'node:path';
import { Module, type DynamicModule } from '@nestjs/common';
import { formatInstant, type Approvals } from '@flightdeck/domain';
import { loadOrCreateSecret } from '@flightdeck/ledger';
import { PlatformModule, systemClock } from '@flightdeck/platform';
import { ApiModule } from '../../api/src/index.js';
import { IngestModule } from '../../ingest/src/index.js';
import { ProjectorModule } from '../../projector/src/index.js';
import { RulesModule } from '../../rules/src/index.js';
import { CoreModule, type Core } from './core.module.js';
import { SystemModule } from './system.module.js';
import { VERSION } from './version.js';

/** Built beside this bundle. */
const WORKER_URL = new URL('../ingest/worker.js', import.meta.url);
const USER_ID_KEY = 'user-id-key';

export interface FlightdeckOptions {
  readonly dataDir: string;
  readonly adminToken: string;
  readonly ingestWorkers: number;
  readonly approvals: Approvals;
  readonly readModels: string;
  readonly onFatal: (error: unknown, part: string) => void;
}

/** The four apps in one process over one core. */
@Module({})
export class FlightdeckModule {
  static register(
    core: Core,
    { dataDir, adminToken, ingestWorkers, approvals, readModels, onFatal }: FlightdeckOptions,
  ): DynamicModule {
    const ingest = IngestModule.register({
      workers: ingestWorkers,
      workerUrl: WORKER_URL,
      userIdKey: loadOrCreateSecret(dataDir, USER_ID_KEY),
      recordRedrive: ({ id, partition }, outcome, actor) =>
        core.ledger.redriven(partition, {
          quarantineId: id,
          outcome,
          actor,
          at: formatInstant(systemClock()),
        }),
      onFatal: (error) => onFatal(error, 'ingest'),
    });
    const rules = RulesModule.register({ onFatal });
    return {
      module: FlightdeckModule,
      imports: [
        CoreModule.register(core),
        PlatformModule.register(),
        ProjectorModule.register({
          directory: join(dataDir, 'read-models'),
          readModels,
          onFault: (error) => onFatal(error, 'projector'),
        }),
        ingest,
        rules,
        SystemModule.register(core.ledger, [ingest, rules]),
        ApiModule.register({
          directory: join(dataDir, 'api'),
          adminToken,
          version: VERSION,
          approvals,
          partitions: core.ledger.partitions,
          onFatal,
        }),
      ],
    };
  }
}
