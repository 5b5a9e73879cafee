import { join } from 'node:path';
import type { DynamicModule } from '@nestjs/common';
import { formatInstant, type Approvals } from '@flightdeck/domain';
import { loadOrCreateSecret } from '@flightdeck/ledger';
import { systemClock } from '@flightdeck/platform';
import { ApiModule } from '../../api/src/index.js';
import { IngestModule } from '../../ingest/src/index.js';
import { ProjectorModule } from '../../projector/src/index.js';
import type { Base, Core } from './core.module.js';
import { VERSION } from './version.js';

/** Built beside this bundle. */
const WORKER_URL = new URL('../ingest/worker.js', import.meta.url);
/** The secret of a data directory by which userIds become pseudonyms. */
export const USER_ID_KEY = 'user-id-key';

export type OnFatal = (error: unknown, part: string) => void;

interface IngestSettings {
  readonly dataDir: string;
  readonly ingestWorkers: number;
  readonly onFatal: OnFatal;
}

/** Ingest over the core's ledger, whichever process it runs in. */
export function ingestModule(core: Core, { dataDir, ingestWorkers, onFatal }: IngestSettings): DynamicModule {
  return IngestModule.register({
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
}

interface ProjectorSettings {
  /** `lmdb:`, or `dynamodb://<table>`. */
  readonly readModels: string;
  readonly onFatal: OnFatal;
}

/** The projector and its read models, whichever process it runs in. */
export function projectorModule(
  { foldsDir }: Base,
  { readModels, onFatal }: ProjectorSettings,
): DynamicModule {
  return ProjectorModule.register({
    directory: join(foldsDir, 'read-models'),
    readModels,
    onFault: (error) => onFatal(error, 'projector'),
  });
}

interface ApiSettings {
  readonly adminToken: string;
  readonly approvals: Approvals;
  readonly partitions: number;
  readonly onFatal: OnFatal;
}

/** The API with its own folds, whichever process it runs in. */
export function apiModule({ foldsDir }: Base, options: ApiSettings): DynamicModule {
  return ApiModule.register({ ...options, directory: join(foldsDir, 'api'), version: VERSION });
}
