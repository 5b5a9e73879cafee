import { Worker } from 'node:worker_threads';
import type { FoldVersion, PartitionRange } from '@flightdeck/read-models';
import type { FoldPartitions } from './run-replay.js';

/**
 * The heap of one worker: one partition is folded in it at a time, with a bounded number of rows in memory. It needs a tenth of
 * this; but under a limit of 1,024 MiB or less the collector runs so often that folding costs twice as much.
 */
const WORKER_HEAP_MIB_MAX = 2_048;

/** Where a worker finds the ledger and puts its partitions. */
export interface WorkerPlace {
  readonly eventStore: string;
  readonly ledgerDirectory: string;
  readonly partitionsDirectory: string;
}

export interface WorkerOrder {
  readonly range: PartitionRange;
  readonly version: FoldVersion['version'];
}

export type FromWorker =
  { readonly folded: number } | { readonly done: number } | { readonly failed: string };

/** Folds partitions in worker threads, the longest first, each worker one at a time. The workers end with the call. */
export function foldInWorkers(workerUrl: URL, place: WorkerPlace, workersMax: number): FoldPartitions {
  return async (ranges, { version }, onFolded, signal) => {
    const queue = [...ranges].sort((a, b) => length(a) - length(b));
    const workers = Math.min(workersMax, queue.length);
    await Promise.all(
      Array.from({ length: workers }, () =>
        serve(new Worker(workerUrl, options(place)), { queue, version }, onFolded, signal),
      ),
    );
    signal.throwIfAborted();
  };
}

function options(workerData: WorkerPlace): ConstructorParameters<typeof Worker>[1] {
  return { workerData, resourceLimits: { maxOldGenerationSizeMb: WORKER_HEAP_MIB_MAX } };
}

/** Hands one worker partition after partition until none is left. @throws what the worker failed with. */
async function serve(
  worker: Worker,
  { queue, version }: { readonly queue: PartitionRange[]; readonly version: number },
  onFolded: (events: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const stop = (): void => void worker.terminate();
  signal.addEventListener('abort', stop, { once: true });
  try {
    await new Promise<void>((done, fail) => {
      const next = (): void => {
        const range = queue.pop();
        if (range === undefined) done();
        else worker.postMessage({ range, version } satisfies WorkerOrder);
      };
      worker.on('error', fail);
      worker.on('exit', () => (signal.aborted ? done() : fail(new Error('A replay worker ended.'))));
      worker.on('message', (message: FromWorker) => {
        if ('folded' in message) onFolded(message.folded);
        else if ('failed' in message) fail(new Error(message.failed));
        else next();
      });
      next();
    });
  } finally {
    signal.removeEventListener('abort', stop);
    await worker.terminate();
  }
}

function length({ ads }: PartitionRange): number {
  return ads.to - ads.from;
}
