import { join } from 'node:path';
import type { DynamicModule, INestApplication } from '@nestjs/common';
import { formatInstant, type Approvals } from '@flightdeck/domain';
import { loadOrCreateSecret } from '@flightdeck/ledger';
import { LedgerTransport, systemClock } from '@flightdeck/platform';
import { ApiModule } from '../../api/src/index.js';
import { IngestModule } from '../../ingest/src/index.js';
import { ProofModule } from '../../proof/src/index.js';
import { ProjectorModule } from '../../projector/src/index.js';
import { RULES_SOURCES, WEBHOOK_STREAMS, WebhooksModule, type RulesSources } from '../../rules/src/index.js';
import type { Config } from './config.js';
import type { Base, Core } from './core.module.js';
import { EMBEDDED } from './folds-dir.js';
import type { OnFatal } from './fatal.js';
import type { Stream } from './stream.module.js';
import { VERSION } from './version.js';

/** Built beside this bundle. */
const WORKER_URL = new URL('../ingest/worker.js', import.meta.url);
/** The file of a data directory with which userIds become pseudonyms. */
export const USER_KEYS = 'user-keys';
/** Built beside this bundle. */
const KEEPER_URL = new URL('../proof/keeper.js', import.meta.url);
/** The secret of a data directory with which the ledger is signed. */
const LOG_KEY = 'log-key';
/** The secret of a data directory that the secrets of webhooks are derived from. */
const WEBHOOK_KEY = 'webhook-key';

interface IngestSettings {
  readonly stream: Stream;
  readonly dataDir: string;
  readonly ingestWorkers: number;
  readonly onFatal: OnFatal;
}

/** Ingest over the core's ledger, whichever process it runs in. */
export function ingestModule(
  core: Core,
  { dataDir, ingestWorkers, stream, onFatal }: IngestSettings,
): DynamicModule {
  return IngestModule.register({
    workers: ingestWorkers,
    workerUrl: WORKER_URL,
    userKeys: { directory: dataDir, name: USER_KEYS },
    ...stream,
    profiles: core.profiles,
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

interface WebhookSettings {
  readonly dataDir: string;
  readonly webhooksAllow: readonly string[];
  readonly onFatal: OnFatal;
}

/** What posts to webhooks, in the process of the rules. */
export function webhooksModule({ dataDir, webhooksAllow, onFatal }: WebhookSettings): DynamicModule {
  return WebhooksModule.register({ key: webhookKey(dataDir), allow: webhooksAllow, onFatal });
}

/** Lets rules and webhooks follow the ledger in an application that has both modules. */
export function connectRules(app: INestApplication, onFatal: OnFatal): void {
  for (const token of [RULES_SOURCES, WEBHOOK_STREAMS]) {
    const sources = app.get<RulesSources>(token, { strict: false });
    app.connectMicroservice({ strategy: new LedgerTransport({ sources, onFatal }) });
  }
}

interface ProofSettings {
  readonly dataDir: string;
  /** `lmdb:` or a connection string. */
  readonly eventStore: string;
  readonly ledgerId: string;
  readonly anchors: readonly string[];
  readonly onFatal: OnFatal;
}

/** The proof log of the ledger, in the process that answers for it. */
export function proofModule({ foldsDir }: Base, settings: ProofSettings): DynamicModule {
  const { dataDir, eventStore, ledgerId, anchors, onFatal } = settings;
  return ProofModule.register({
    workerUrl: KEEPER_URL,
    ledger:
      eventStore === EMBEDDED ? { directory: join(dataDir, 'ledger') } : { connectionString: eventStore },
    directory: join(foldsDir, 'proof'),
    origin: `flightdeck/${ledgerId}`,
    seed: loadOrCreateSecret(dataDir, LOG_KEY),
    anchors,
    onFatal: (error) => onFatal(error, 'proof log'),
  });
}

interface ApiSettings {
  readonly oidc: Config['oidc'];
  readonly dataDir: string;
  readonly adminToken: string;
  readonly approvals: Approvals;
  readonly legalHold: boolean;
  readonly partitions: number;
  readonly onFatal: OnFatal;
}

/** The API with its own folds, whichever process it runs in. */
export function apiModule({ foldsDir }: Base, { dataDir, ...options }: ApiSettings): DynamicModule {
  return ApiModule.register({
    ...options,
    directory: join(foldsDir, 'api'),
    webhookKey: webhookKey(dataDir),
    userKeys: { directory: dataDir, name: USER_KEYS },
    version: VERSION,
  });
}

function webhookKey(dataDir: string): Uint8Array {
  return loadOrCreateSecret(dataDir, WEBHOOK_KEY);
}
