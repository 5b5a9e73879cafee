import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { EVENT_INTAKE } from '@flightdeck/contracts';
import { loadOrCreateSecret } from '@flightdeck/ledger';
import { createHttpApp, createLogger, Health, installShutdown, PORTS_BODIES } from '@flightdeck/platform';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { adminToken } from '../admin-token.js';
import type { Config } from '../config.js';
import { openBase } from '../core.module.js';
import { endingOnFatal } from '../fatal.js';
import { consolePeers } from '../oidc-config.js';
import { ADMIN_TOKEN_FILE, SERVER_FILE } from '../run.js';
import { openApiService } from './api-service.module.js';
import { openIngestService } from './ingest-service.module.js';
import { openProjectorService } from './projector-service.module.js';
import { openRulesService } from './rules-service.module.js';
import type { Peers, ServiceName } from './service-config.js';
import type { OpenService, ServiceContext } from './service-context.js';

/** The secret of a data directory by which the processes of one Flightdeck know each other. */
const SERVICE_TOKEN = 'service-token';
const READY_POLL_MS = 10;

const OPEN: Readonly<Record<ServiceName, (context: ServiceContext) => OpenService | Promise<OpenService>>> = {
  api: openApiService,
  ingest: openIngestService,
  projector: openProjectorService,
  rules: openRulesService,
};

/** A service that is ready. */
export interface RunningService {
  readonly url: string;
}

/**
 * Runs one service in this process and resolves once it is ready. SIGTERM and SIGINT stop it in order, and so does the end of the
 * process that started it with a channel to it.
 */
export async function runService(name: ServiceName, config: Config, peers: Peers): Promise<RunningService> {
  const dataDir = resolve(config.dataDir);
  const logger = createLogger({ level: config.logLevel });
  const onFatal = endingOnFatal(logger);
  const secrets = prepareSecrets({ ...config, dataDir }, peers);
  const base = await openBase({ ...config, dataDir }, logger, onFatal);
  const opening = serve(name, { config, peers, dataDir, base, onFatal, ...secrets });
  const { service, app } = await opening.catch(async (error: unknown) => {
    await base.close(); // what stays open would keep the process alive
    throw error;
  });
  const url = (await app.getUrl()).replace('[::1]', 'localhost');
  const serverFile = join(dataDir, SERVER_FILE);
  if (name === 'api') writeFileSync(serverFile, JSON.stringify({ url, pid: process.pid }), { mode: 0o600 });
  const steps = [
    { name: 'serving', run: () => app.close() },
    { name: name, run: () => service.close?.() },
    { name: 'ledger', run: () => base.close() },
    { name: 'server file', run: () => (name === 'api' ? rmSync(serverFile, { force: true }) : undefined) },
  ];
  const { shutdown } = installShutdown({ logger, steps });
  process.once('disconnect', () => void shutdown('The supervisor has ended.'));
  await ready(app);
  return { url };
}

async function serve(
  name: ServiceName,
  context: ServiceContext,
): Promise<{ readonly service: OpenService; readonly app: NestFastifyApplication }> {
  const { config, base } = context;
  const service = await OPEN[name](context);
  let app: NestFastifyApplication | undefined;
  try {
    app = await createHttpApp(service.module, {
      logger: base.logger,
      rawBodies: [EVENT_INTAKE, PORTS_BODIES],
      trustProxy: config.trustProxy,
      scriptPeers: name === 'api' ? consolePeers(config.oidc) : [],
    });
    await service.connect?.(app);
    await app.startAllMicroservices();
    await app.listen(config.port, config.host);
    return { service, app };
  } catch (error) {
    await app?.close();
    await service.close?.();
    throw error;
  }
}

/** What the processes of one data directory share; made once, by whoever is first. */
export function prepareSecrets(
  config: Pick<Config, 'dataDir' | 'adminToken'>,
  { serviceToken }: Pick<Peers, 'serviceToken'>,
): { readonly serviceToken: string; readonly adminToken: string } {
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  return {
    serviceToken: serviceToken ?? loadOrCreateSecret(config.dataDir, SERVICE_TOKEN).toString('base64url'),
    adminToken: adminToken(join(config.dataDir, ADMIN_TOKEN_FILE), config.adminToken),
  };
}

/** A part that will never be ready ends the process, or waits for another process; there is nothing to give up here. */
async function ready(app: NestFastifyApplication): Promise<void> {
  const health = app.get(Health, { strict: false });
  while (!health.check().ready) await new Promise((next) => setTimeout(next, READY_POLL_MS));
}
