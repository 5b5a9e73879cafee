import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { JobRunner } from '@flightdeck/contracts';
import type { Config } from '../config.js';
import type { JobLine } from './job-child.js';

/** The bundle that this is part of. */
const MAIN = fileURLToPath(new URL('./main.js', import.meta.url));
/** Figures are in LMDB; what a job remembers beside them is in its heap. */
const HEAP_MIB_MAX = 1024;

/** Runs each job in a process of its own, at the lowest priority and with its own memory limit; `command` is what it is told to do. */
export function childRunner<Spec, Progress, Result>(
  command: string,
  { dataDir, eventStore }: Pick<Config, 'dataDir' | 'eventStore'>,
): JobRunner<Spec, Progress, Result> {
  return {
    run: async (spec, onProgress, signal) => {
      const child = spawn(process.execPath, [`--max-old-space-size=${HEAP_MIB_MAX}`, MAIN, command], {
        env: { FLIGHTDECK_DATA_DIR: dataDir, FLIGHTDECK_EVENTSTORE: eventStore },
        signal,
      });
      child.on('error', () => undefined); // an abort, or a spawn that failed: the exit tells of both
      const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
      const complaints = text(child.stderr);
      child.stdin.on('error', () => undefined); // it died before it had read its order; the exit tells
      child.stdin.end(JSON.stringify(spec));
      let result: { readonly value: Result } | undefined;
      let failure: string | undefined;
      for await (const line of createInterface({ input: child.stdout })) {
        const said = JSON.parse(line) as JobLine<Progress, Result>;
        if ('progress' in said) onProgress(said.progress);
        else if ('result' in said) result = { value: said.result };
        else failure = said.error;
      }
      const code = await exited;
      signal.throwIfAborted();
      if (result !== undefined) return result.value;
      throw new Error(failure ?? `The job ended with ${code ?? 'a signal'}: ${await complaints}`);
    },
  };
}
