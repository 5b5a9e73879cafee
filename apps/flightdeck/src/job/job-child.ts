import { readdirSync } from 'node:fs';
import { setPriority } from 'node:os';
import { createInterface } from 'node:readline';

/** What the child writes, a JSON document a line. */
export type JobLine<Progress, Result> =
  { readonly progress: Progress } | { readonly result: Result } | { readonly error: string };

/** The lowest there is: it runs when nobody else wants to. */
const NICE_LOWEST = 19;

/** Stands on something that has to be let go of when the job is over. */
interface Ground {
  close(): Promise<void>;
}

/** The server has gone, and with it everybody who waits for the result. */
const EXIT_ABANDONED = 3;

/**
 * Reads a spec from stdin (a line of JSON), runs it, writes progress and the result to stdout. Takes only time that nobody else
 * wants. When stdin ends the server is gone, and so is the job: the server's next life begins or goes on with it anew.
 */
export async function jobChild<Spec, Result, G extends Ground>(
  open: (spec: Spec) => Promise<G>,
  run: (
    ground: G,
    spec: Spec,
    onProgress: (progress: unknown) => void,
    signal: AbortSignal,
  ) => Promise<Result>,
): Promise<void> {
  giveWay();
  const lines = createInterface({ input: process.stdin });
  const abandoned = (): never => process.exit(EXIT_ABANDONED);
  lines.once('close', abandoned);
  const spec = await new Promise<Spec>((resolve) =>
    lines.once('line', (line) => resolve(JSON.parse(line) as Spec)),
  );
  const ground = await open(spec);
  const stop = new AbortController();
  process.once('SIGTERM', () => stop.abort());
  const say = (line: JobLine<unknown, Result>): void =>
    void process.stdout.write(`${JSON.stringify(line)}\n`);
  try {
    say({ result: await run(ground, spec, (progress) => say({ progress }), stop.signal) });
  } catch (error) {
    say({ error: error instanceof Error ? error.message : String(error) });
  } finally {
    await ground.close();
    lines.off('close', abandoned);
    process.stdin.destroy(); // it would keep the process alive
  }
}

/**
 * Linux keeps a priority for each thread: those of the engine have started already. Threads that are started later inherit it from the
 * main one, which comes last: whoever sees it at the lowest knows that all are.
 */
function giveWay(): void {
  const threads = process.platform === 'linux' ? readdirSync('/proc/self/task').map(Number) : [];
  const others = threads.filter((thread) => thread !== process.pid);
  for (const thread of [...others, process.pid]) setPriority(thread, NICE_LOWEST);
}
