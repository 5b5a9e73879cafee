import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { JobRunner } from '@flightdeck/contracts';
import type { Config } from '../config.js';
import type { JobLine } from './job-child.js';
import { JOB_NODE_FLAGS } from './job-flags.js';

/** The bundle that this is part of. */
const MAIN = fileURLToPath(new URL('./main.js', import.meta.url));

/** A job that was told to end and has not is killed. */
const END_MS_MAX = 5_000;

/** Times that a job which can go on is started again after its process was killed. */
export const RESTARTS_MAX = 3;

export interface ChildOptions<Spec> {
  /** A job that was cut off goes on from what it has kept, until this throws that away. */
  readonly discard?: (spec: Spec) => void;
}

/** Runs each job in a process of its own, at the lowest priority and with its own memory limit; `command` is what it is told to do. */
export function childRunner<Spec, Progress, Result>(
  command: string,
  settings: Pick<Config, 'dataDir' | 'eventStore'>,
  { discard }: ChildOptions<Spec> = {},
): JobRunner<Spec, Progress, Result> {
  const restartsMax = discard === undefined ? 0 : RESTARTS_MAX;
  return {
    ...(discard === undefined ? {} : { discard }),
    run: async (spec, onProgress, signal) => {
      for (let restarts = 0; ; restarts++) {
        const ended = await runChild<Result>(command, settings, spec, onProgress, signal);
        signal.throwIfAborted();
        if (ended.result !== undefined) return ended.result.value;
        if (!ended.wasKilled || restarts >= restartsMax) throw new Error(ended.failure);
      }
    },
  };
}

interface Ended<Result> {
  readonly result?: { readonly value: Result };
  readonly failure: string;
  readonly wasKilled: boolean;
}

async function runChild<Result>(
  command: string,
  { dataDir, eventStore }: Pick<Config, 'dataDir' | 'eventStore'>,
  spec: unknown,
  onProgress: (progress: never) => void,
  signal: AbortSignal,
): Promise<Ended<Result>> {
  const child = spawn(process.execPath, [...JOB_NODE_FLAGS, MAIN, command], {
    env: { FLIGHTDECK_DATA_DIR: dataDir, FLIGHTDECK_EVENTSTORE: eventStore },
    signal,
  });
  child.on('error', () => undefined); // an abort, or a spawn that failed: the exit tells of both
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  const endSoon = (): void => {
    const killing = setTimeout(() => child.kill('SIGKILL'), END_MS_MAX);
    void exited.then(() => clearTimeout(killing));
  };
  signal.addEventListener('abort', endSoon, { once: true });
  const complaints = text(child.stderr);
  child.stdin.on('error', () => undefined); // it died before it had read its order; the exit tells
  child.stdin.write(`${JSON.stringify(spec)}\n`); // and stays open: its end tells the child that nobody waits any more
  let result: { readonly value: Result } | undefined;
  let failure: string | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    const said = JSON.parse(line) as JobLine<never, Result>;
    if ('progress' in said) onProgress(said.progress);
    else if ('result' in said) result = { value: said.result };
    else failure = said.error;
  }
  const code = await exited;
  signal.removeEventListener('abort', endSoon);
  const wasKilled = code === null && failure === undefined;
  const said = failure ?? `The job ended with ${code ?? 'a signal'}: ${await complaints}`;
  return { ...(result === undefined ? {} : { result }), failure: said, wasKilled };
}
