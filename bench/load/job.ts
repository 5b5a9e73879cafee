import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { JOB_NODE_FLAGS } from '../../apps/flightdeck/src/job/job-flags.js';
import { bytesOf, MIB } from '../memory.bench.js';

const MAIN = 'dist/apps/flightdeck/main.js';
const LOOK_EVERY_MS = 100;

/** Runs a job over an embedded ledger as the server does, in a process of its own. @throws when it ends without a result. */
export async function runJob(
  command: string,
  { dataDir, spec, nodeFlags }: { dataDir: string; spec: object; nodeFlags: readonly string[] },
): Promise<{
  readonly result: unknown;
  /** From the start of the process to its result. */
  readonly seconds: number;
  /** The most memory of its own that it was seen with. */
  readonly ownMiB: number;
}> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [...nodeFlags, ...JOB_NODE_FLAGS, MAIN, command], {
    env: { FLIGHTDECK_DATA_DIR: dataDir, FLIGHTDECK_EVENTSTORE: 'lmdb:' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  let ownMiB = 0;
  const looking = setInterval(
    () => (ownMiB = Math.max(ownMiB, Math.round(bytesOf(child.pid ?? 0, 'RssAnon') / MIB))),
    LOOK_EVERY_MS,
  );
  let told: { readonly result: unknown; readonly seconds: number } | undefined;
  try {
    child.stdin.write(`${JSON.stringify(spec)}\n`);
    for await (const line of createInterface({ input: child.stdout })) {
      const said = JSON.parse(line) as { readonly result?: unknown; readonly error?: string };
      if (said.error !== undefined) throw new Error(said.error);
      if (said.result !== undefined)
        told = { result: said.result, seconds: (performance.now() - startedAt) / 1_000 };
    }
  } finally {
    clearInterval(looking);
    child.stdin.end();
    await exited;
  }
  if (told === undefined) throw new Error('The job ended without a result.');
  return { ...told, ownMiB };
}
