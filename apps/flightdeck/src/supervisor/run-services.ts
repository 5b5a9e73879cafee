import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Config } from '../config.js';
import { EMBEDDED } from '../folds-dir.js';
import { prepareSecrets } from '../services/run-service.js';
import {
  SERVICE_NAMES,
  type Peers,
  type ServiceName,
  type ServicePorts,
} from '../services/service-config.js';
import { settledPort } from './free-port.js';
import { readableLine } from './log-line.js';
import { Supervisor } from './supervisor.js';
import type { ChildSpec } from './child.js';

/** The bundles that run as processes, beside this one. */
const MAIN = fileURLToPath(new URL('./main.js', import.meta.url));
const LEDGER_MAIN = fileURLToPath(new URL('../ledger/main.js', import.meta.url));
/** Which process is which, for whoever looks at a running Flightdeck. */
const SERVICES_FILE = 'services.json';
const LEDGER = 'ledger';

export interface ServicesOptions {
  readonly config: Config;
  readonly peers: Peers;
  readonly ports: ServicePorts;
  /** What the processes inherit, beside what is said here. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly write: (line: string) => void;
  readonly exit: (code: number) => void;
}

/** All services are ready. */
export interface RunningServices {
  readonly url: string;
  readonly dataDir: string;
  readonly eventStore: string;
  stop(): Promise<void>;
}

/** Starts the ledger, unless the configuration names a server, and then every service; resolves once all are ready. */
export async function runServices(options: ServicesOptions): Promise<RunningServices> {
  const { config, write, exit } = options;
  const dataDir = resolve(config.dataDir);
  prepareSecrets({ ...config, dataDir }, options.peers);
  const servicesFile = join(dataDir, SERVICES_FILE);
  const pids: Record<string, number | undefined> = { supervisor: process.pid };
  const supervisor = new Supervisor({
    onLine: (name, line) => write(readableLine(name, line)),
    onStart: (name, pid) => {
      pids[name] = pid;
      writeWhole(servicesFile, `${JSON.stringify(pids)}\n`);
    },
    onGivenUp: (code) => {
      rmSync(servicesFile, { force: true });
      exit(code);
    },
  });
  const stop = async (): Promise<void> => {
    await supervisor.stop([...SERVICE_NAMES, LEDGER]);
    rmSync(servicesFile, { force: true });
  };
  stopOnSignals(stop, exit);
  const eventStore =
    config.eventStore === EMBEDDED
      ? await supervisor.start(await ledgerSpec(options, dataDir))
      : config.eventStore;
  const specs = await serviceSpecs({ ...options, config: { ...config, dataDir, eventStore } });
  const addresses = await Promise.all(specs.map((spec) => supervisor.start(spec)));
  const url = addresses[specs.findIndex(({ name }) => name === 'api')] ?? '';
  return { url, dataDir, eventStore, stop };
}

async function ledgerSpec({ ports, environment }: ServicesOptions, dataDir: string): Promise<ChildSpec> {
  const port = String(await settledPort(ports.ledger, Math.random));
  const healthPort = String(await settledPort(ports.ledgerHealth, Math.random));
  const where = ['--port', port, '--health-port', healthPort, '--data', join(dataDir, 'ledger')];
  const parameters = [LEDGER_MAIN, ...where];
  return { name: LEDGER, arguments: parameters, environment };
}

async function serviceSpecs({ config, ports, environment }: ServicesOptions): Promise<readonly ChildSpec[]> {
  const settled: Record<ServiceName, number> = {
    api: await settledPort(config.port, Math.random),
    ingest: await settledPort(ports.ingest, Math.random),
    projector: await settledPort(ports.projector, Math.random),
    rules: await settledPort(ports.rules, Math.random),
  };
  const urlOf = (name: ServiceName): string => `http://127.0.0.1:${settled[name]}`;
  const shared = {
    ...environment,
    FLIGHTDECK_DATA_DIR: config.dataDir,
    FLIGHTDECK_EVENTSTORE: config.eventStore,
    FLIGHTDECK_INGEST_URL: urlOf('ingest'),
    FLIGHTDECK_PROJECTOR_URL: urlOf('projector'),
    FLIGHTDECK_RULES_URL: urlOf('rules'),
  };
  return SERVICE_NAMES.map((name) => ({
    name,
    arguments: [MAIN, 'service', name],
    // Only the API is for others than this machine's own.
    environment: {
      ...shared,
      FLIGHTDECK_PORT: String(settled[name]),
      ...(name === 'api' ? {} : { FLIGHTDECK_HOST: '127.0.0.1' }),
    },
  }));
}

function stopOnSignals(stop: () => Promise<void>, exit: (code: number) => void): void {
  let stopping: Promise<void> | undefined;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      stopping ??= stop().then(() => exit(0));
    });
  }
}

/** Whoever reads the file meanwhile finds it as it was or as it is. */
function writeWhole(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
