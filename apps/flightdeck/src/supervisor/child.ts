import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

/** What a process says on standard output, before an address, once it is ready. */
export const READY = 'READY ';

export interface ChildSpec {
  readonly name: string;
  /** Arguments of Node. */
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** How a process ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** One life of a process. */
export interface Child {
  readonly pid: number | undefined;
  readonly startedAtMs: number;
  /** Resolves with the address it is ready on; never, when it ends before. */
  readonly ready: Promise<string>;
  readonly ended: Promise<Ended>;
  kill(signal: NodeJS.Signals): void;
}

/**
 * Starts a process in a group of its own, so that a terminal's Ctrl-C reaches only the supervisor, which stops everybody in order. The
 * channel to it closes when the supervisor dies, and then it stops by itself.
 */
export function startChild(
  { arguments: parameters, environment }: ChildSpec,
  onLine: (line: string) => void,
): Child {
  const child = spawn(process.execPath, parameters, {
    env: environment,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
    child.once('error', (error) => {
      onLine(`It cannot be started: ${error.message}`);
      if (child.pid === undefined) resolve({ code: null, signal: null });
    });
  });
  return {
    pid: child.pid,
    startedAtMs: performance.now(),
    ready: readyAddress(child, onLine),
    ended,
    kill: (signal) => child.kill(signal),
  };
}

function readyAddress(child: ChildProcess, onLine: (line: string) => void): Promise<string> {
  if (child.stderr !== null) createInterface({ input: child.stderr }).on('line', onLine);
  return new Promise((resolve) => {
    if (child.stdout === null) return;
    createInterface({ input: child.stdout }).on('line', (line) => {
      onLine(line);
      if (line.startsWith(READY)) resolve(line.slice(READY.length));
    });
  });
}
