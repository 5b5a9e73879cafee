import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A ledger server in a process of its own. Needs a build (`dist/`). */
export interface LedgerProcess {
  /** The connection string of its clients. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Sends the signal and resolves when the process has ended. */
  stop(signal: NodeJS.Signals): Promise<void>;
}

const MAIN = 'dist/apps/ledger/main.js';

/** Starts it on loopback, on a free port unless one is given, and resolves once it listens. @throws when it ends before that. */
export async function startLedger(dataDir: string, port = 0): Promise<LedgerProcess> {
  const child = spawn(process.execPath, [MAIN, '--port', String(port), '--data', dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const ready = new Promise<string>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('READY ')) resolve(line.slice('READY '.length));
    });
  });
  const url = await Promise.race([ready, ended.then(() => undefined)]);
  if (url === undefined) throw new Error('The ledger ended before it was ready.');
  return {
    url,
    port: Number(new URL(url).port),
    pid: child.pid ?? 0,
    stop: (signal) => {
      child.kill(signal);
      return ended;
    },
  };
}
