import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { FOLD_VERSIONS, foldHistory } from '@flightdeck/read-models';
import type { FromWorker, WorkerOrder, WorkerPlace } from './replay/fold-in-workers.js';
import { historyOf } from '@flightdeck/ledger';
import { openReadableLedger, partitionStore } from './replay/replay-ground.module.js';

/** Folds one partition after another as it is told, each into a store of its own. Ends when it is terminated. */
async function serve(port: MessagePort, place: WorkerPlace): Promise<void> {
  const ledger = await openReadableLedger(place.eventStore, place.ledgerDirectory);
  const say = (message: FromWorker): void => port.postMessage(message);
  const fold = async ({ range, version: number }: WorkerOrder): Promise<void> => {
    const version = FOLD_VERSIONS.find(({ version }) => version === number);
    if (version === undefined) throw new Error(`There is no version ${number} of the folds.`);
    const store = partitionStore(place.partitionsDirectory, range.partition);
    try {
      const onFolded = (events: number): void => say({ folded: events });
      const forever = new AbortController().signal; // who does not want it any more ends the worker
      await foldHistory({ history: historyOf(ledger), range, store, version, onFolded }, forever);
    } finally {
      await store.close();
    }
  };
  port.on('message', (order: WorkerOrder) => {
    fold(order).then(
      () => say({ done: order.range.partition }),
      (error: unknown) =>
        say({ failed: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
}

if (parentPort === null) throw new Error('This file runs as a worker thread.');
await serve(parentPort, workerData as WorkerPlace);
