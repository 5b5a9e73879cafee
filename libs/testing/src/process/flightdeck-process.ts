import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A Flightdeck in a process of its own, as an operator would run it. Needs a build (`dist/`). */
export interface FlightdeckProcess {
  readonly url: string;
  readonly adminToken: string;
  readonly pid: number;
  /** Sends the signal and resolves with how the process ended. */
  stop(
    signal: NodeJS.Signals,
  ): Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  /** What it wrote to standard error so far, at most the last {@link STDERR_MAX} characters. */
  stderr(): string;
}

export interface FlightdeckOptions {
  readonly dataDir: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Flags for node itself, e.g. `--cpu-prof`. */
  readonly nodeFlags?: readonly string[];
  readonly arguments?: readonly string[];
  /** `services`: each part in a process of its own, the ledger among them. `start` unless given: all in one. */
  readonly mode?: 'start' | 'services';
}

/** The processes of a Flightdeck in services mode. */
export type ServiceProcess = 'ledger' | 'ingest' | 'projector' | 'rules' | 'api';

/** The process that a service has now: after a kill it is another one. */
export function servicePid(dataDir: string, service: ServiceProcess): number {
  const pids = JSON.parse(readFileSync(join(dataDir, 'services.json'), 'utf8')) as Record<string, number>;
  const pid = pids[service];
  if (pid === undefined) throw new Error(`There is no service ${service}.`);
  return pid;
}

const FREE_PORTS = {
  FLIGHTDECK_LEDGER_PORT: '0',
  FLIGHTDECK_LEDGER_HEALTH_PORT: '0',
  FLIGHTDECK_INGEST_PORT: '0',
  FLIGHTDECK_PROJECTOR_PORT: '0',
  FLIGHTDECK_RULES_PORT: '0',
};
const STDERR_MAX = 20_000;
const MAIN = 'dist/apps/flightdeck/main.js';

/** Starts it on a free loopback port and resolves once it says that it is ready. @throws when it ends before that. */
export async function startFlightdeck(options: FlightdeckOptions): Promise<FlightdeckProcess> {
  const child = spawn(
    process.execPath,
    [...(options.nodeFlags ?? []), MAIN, options.mode ?? 'start', '--json', ...(options.arguments ?? [])],
    {
      env: {
        PATH: process.env['PATH'],
        FLIGHTDECK_PORT: '0',
        ...FREE_PORTS,
        FLIGHTDECK_LOG_LEVEL: 'warn',
        FLIGHTDECK_DATA_DIR: options.dataDir,
        ...options.env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let stderr = '';
  child.stderr.on('data', (text: Buffer) => (stderr = (stderr + text.toString()).slice(-STDERR_MAX)));
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  const ready = await Promise.race([readyLine(child), ended.then(() => undefined)]);
  if (ready === undefined) throw new Error(`Flightdeck ended before it was ready:\n${stderr}`);
  return {
    url: ready.url,
    adminToken: readFileSync(ready.adminTokenFile, 'utf8').trim(),
    pid: child.pid ?? 0,
    stop: (signal) => {
      child.kill(signal);
      return ended;
    },
    stderr: () => stderr,
  };
}

interface Ready {
  readonly event: 'ready';
  readonly url: string;
  readonly adminTokenFile: string;
}

/** The first line of `start --json` that says ready; lines after it are read and dropped so that the pipe never fills. */
function readyLine(child: ChildProcess): Promise<Ready> {
  return new Promise((resolve) => {
    if (child.stdout === null) return;
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.includes('"event":"ready"')) resolve(JSON.parse(line) as Ready);
    });
  });
}
