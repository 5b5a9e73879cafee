import type { JobState } from '@flightdeck/contracts';
import { SingleBar } from 'cli-progress';
import type { ApiClient } from './client.js';
import type { Output } from './output.js';

/** How often the server is asked how far it is. */
const POLL_MS = 200;
const BAR = '{bar} {percentage}% | {value}/{total} events | {phase} | {rate} events/s | {remaining}';

interface Folding extends JobState {
  readonly progress: {
    readonly phase: string;
    readonly eventsFolded: number;
    readonly eventsTotal: number;
    readonly eventsPerSecond: number;
    readonly remainingSeconds: number | null;
  };
}

/** Waits for a job that folds events, with a progress bar; Ctrl-C cancels it. */
export async function watchFolding<J extends Folding>(
  client: ApiClient,
  path: string,
  { interactive, json }: Pick<Output, 'interactive' | 'json'>,
): Promise<J> {
  const bar = new SingleBar({ format: BAR, stream: process.stderr });
  const cancel = (): void => void client.delete(path).catch(() => undefined); // the state below tells what became of it
  process.once('SIGINT', cancel);
  if (interactive) bar.start(1, 0, { phase: 'waiting', rate: 0, remaining: '' });
  try {
    for (;;) {
      const told = (await client.get(path)) as J;
      const { phase, eventsFolded, eventsTotal, eventsPerSecond, remainingSeconds } = told.progress;
      bar.setTotal(Math.max(1, eventsTotal));
      const remaining = remainingSeconds === null ? '' : `${Math.ceil(remainingSeconds)} s left`;
      bar.update(eventsFolded, { phase, rate: eventsPerSecond, remaining });
      if (json) process.stderr.write(`${JSON.stringify({ progress: told.progress })}\n`);
      if (told.state !== 'waiting' && told.state !== 'running') return told;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  } finally {
    process.off('SIGINT', cancel);
    bar.stop();
  }
}
