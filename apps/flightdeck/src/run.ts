import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EVENT_INTAKE } from '@flightdeck/contracts';
import { createHttpApp, createLogger, installShutdown } from '@flightdeck/platform';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { installConsole, installOpenApi } from '../../api/src/index.js';
import { projectorTransport, ProjectorStatus } from '../../projector/src/index.js';
import { adminToken } from './admin-token.js';
import type { Config } from './config.js';
import { endingOnFatal } from './fatal.js';
import { openCore, type Core } from './core.module.js';
import { connectRules } from './app-modules.js';
import { FlightdeckModule } from './flightdeck.module.js';
import { consolePeers } from './oidc-config.js';
import { connectStream, openStream } from './stream.module.js';
import { VERSION } from './version.js';

/** Files of the data directory by which commands find a running server. */
export const SERVER_FILE = 'server.json';
export const ADMIN_TOKEN_FILE = 'admin-token';

/** Built beside this bundle. */
export const CONSOLE_DIRECTORY = fileURLToPath(new URL('../../console', import.meta.url));

const CATCH_UP_POLL_MS = 5;

/** A Flightdeck that serves. */
export interface Running {
  readonly url: string;
  readonly dataDir: string;
  readonly adminToken: string;
  readonly adminTokenFile: string;
  /** From the call until it was ready, in milliseconds. */
  readonly readyMs: number;
  /** Stops accepting, drains, flushes. */
  close(): Promise<void>;
}

export interface RunHooks {
  /** Called first on SIGTERM. */
  readonly beforeStop?: () => void;
}

/**
 * Starts the four apps in this process and resolves once they serve and the projections have caught up. SIGTERM and SIGINT stop
 * it in order and end the process with 0.
 */
export async function runFlightdeck(config: Config, hooks: RunHooks = {}): Promise<Running> {
  const startedAt = performance.now();
  const dataDir = resolve(config.dataDir);
  const logger = createLogger({ level: config.logLevel });
  const onFatal = endingOnFatal(logger);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const core = await openCore({ ...config, dataDir }, logger, onFatal);
  const adminTokenFile = join(dataDir, ADMIN_TOKEN_FILE);
  const token = adminToken(adminTokenFile, config.adminToken);
  const app = await serve(core, config, { dataDir, token, onFatal }).catch(async (error: unknown) => {
    await core.close(); // what holds the data directory open would keep the process alive
    throw error;
  });
  const url = (await app.getUrl()).replace('[::1]', 'localhost');
  const serverFile = join(dataDir, SERVER_FILE);
  writeFileSync(serverFile, JSON.stringify({ url, pid: process.pid }), { mode: 0o600 });
  await caughtUp(app);
  const steps = [
    { name: 'hooks', run: () => hooks.beforeStop?.() },
    { name: 'serving', run: () => app.close() },
    { name: 'ledger', run: () => core.close() },
    { name: 'server file', run: () => rmSync(serverFile, { force: true }) },
  ];
  const { uninstall } = installShutdown({ logger, steps });
  return {
    ...{ url, dataDir, adminTokenFile, adminToken: token },
    readyMs: Math.round(performance.now() - startedAt),
    close: async () => {
      uninstall();
      for (const step of steps) await step.run();
    },
  };
}

interface Serving {
  readonly dataDir: string;
  readonly token: string;
  readonly onFatal: (error: unknown, part: string) => void;
}

async function serve(
  core: Core,
  config: Config,
  { dataDir, token, onFatal }: Serving,
): Promise<NestFastifyApplication> {
  const stream = openStream(config.source, core.logger);
  const options = {
    stream,
    dataDir,
    adminToken: token,
    ingestWorkers: config.ingestWorkers,
    approvals: config.approvals,
    readModels: config.readModels,
    eventStore: config.eventStore,
    anchors: config.anchors,
    legalHold: config.legalHold,
    acknowledgeWithinMs: config.acknowledgeWithinMs,
    webhooksAllow: config.webhooksAllow,
    oidc: config.oidc,
    onFatal,
  };
  const app = await createHttpApp(FlightdeckModule.register(core, options), {
    logger: core.logger,
    rawBodies: [EVENT_INTAKE],
    trustProxy: config.trustProxy,
    scriptPeers: consolePeers(config.oidc),
  });
  try {
    installOpenApi(app, VERSION);
    await installConsole(app, CONSOLE_DIRECTORY);
    app.connectMicroservice({ strategy: projectorTransport(app, onFatal) });
    connectRules(app, onFatal);
    connectStream(app, stream, onFatal);
    await app.startAllMicroservices();
    await app.listen(config.port, config.host);
  } catch (error) {
    await app.close(); // what has begun to follow would keep the process alive
    throw error;
  }
  return app;
}

/** Projections of a ledger that this process has just opened catch up or fail fatally: there is no third way to wait for. */
async function caughtUp(app: NestFastifyApplication): Promise<void> {
  const status = app.get(ProjectorStatus, { strict: false });
  while (!status.snapshot().caughtUp) await new Promise((next) => setTimeout(next, CATCH_UP_POLL_MS));
}
