import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { lmdbLedgerReader } from '@flightdeck/event-store/lmdb-reader';
import { FOLD_VERSIONS, foldHistory, type FoldVersion, type ReadModelStore } from '@flightdeck/read-models';
import { copyLmdbReadModels, lmdbReadModels } from '@flightdeck/read-models/lmdb';
import { lmdbShelf } from '@flightdeck/read-models/lmdb-shelf';
import { foldInWorkers } from './fold-in-workers.js';
import { historyOf, type ReadableLedger } from '@flightdeck/ledger';
import type { FoldPartitions, ReplayDeps } from './run-replay.js';

/** The ledger in the data directory of this process. */
const EMBEDDED = 'lmdb:';
const READ_MODELS_DIRECTORY = 'read-models';
/** Partitions folded side by side. */
const WORKERS_MAX = 8;

export interface ReplayPlace {
  readonly dataDir: string;
  readonly eventStore: string;
  /** Directory, in the data directory, of what goes when the replay is over. One replay uses it at a time. */
  readonly scratch: string;
  /** Directory of the live read models, in the data directory. */
  readonly readModelsDirectory?: string;
  /** The worker's bundle; without one, partitions are folded one after another in this thread. */
  readonly workerUrl?: URL;
  readonly workersMax?: number;
  /** What the binary folds; the latest is replayed. */
  readonly versions?: readonly FoldVersion[];
}

/** What a replay stands on, and how to let go of it. */
export interface ReplayGround extends Omit<ReplayDeps, 'onProgress'> {
  close(): Promise<void>;
}

/** The ledger, read from beside the process that owns it, and stores in a directory that goes when the ground is closed. */
export async function openReplayGround(place: ReplayPlace): Promise<ReplayGround> {
  const { dataDir, eventStore, workerUrl, versions = FOLD_VERSIONS } = place;
  const ledger = await openReadableLedger(eventStore, join(dataDir, 'ledger'));
  const parent = join(dataDir, place.scratch);
  rmSync(parent, { recursive: true, force: true });
  mkdirSync(parent, { recursive: true, mode: 0o700 });
  const scratch = mkdtempSync(join(parent, 'run-'));
  const workersMax = Math.min(WORKERS_MAX, place.workersMax ?? availableParallelism());
  const workerPlace = { eventStore, ledgerDirectory: join(dataDir, 'ledger'), partitionsDirectory: scratch };
  const startedAt = performance.now();
  return {
    ledger,
    version: latest(versions),
    foldPartitions:
      workerUrl === undefined || workersMax <= 1
        ? foldHere(ledger, scratch)
        : foldInWorkers(workerUrl, workerPlace, workersMax),
    openPartition: (partition) => partitionStore(scratch, partition),
    copyLive: () =>
      copyLive(
        join(dataDir, place.readModelsDirectory ?? READ_MODELS_DIRECTORY),
        join(scratch, 'live'),
        versions,
      ),
    elapsedMs: () => performance.now() - startedAt,
    close: async () => {
      await ledger.close();
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}

/** A ledger to be read beside its owner. What speaks to a server is loaded only for one: that takes longer than to fold 80,000 events. */
export async function openReadableLedger(
  eventStore: string,
  ledgerDirectory: string,
): Promise<ReadableLedger & { close(): Promise<void> }> {
  if (eventStore === EMBEDDED) return lmdbLedgerReader(ledgerDirectory);
  const { eventStoreDb } = await import('@flightdeck/event-store/eventstoredb');
  return eventStoreDb(eventStore);
}

/** The store into which a partition is replayed. */
export function partitionStore(directory: string, partition: number): ReadModelStore {
  return lmdbReadModels(join(directory, `partition-${partition}`));
}

/** One partition after another, in this thread. */
function foldHere(ledger: ReadableLedger, scratch: string): FoldPartitions {
  return async (ranges, version, onFolded, signal) => {
    for (const range of ranges) {
      const store = partitionStore(scratch, range.partition);
      try {
        await foldHistory({ history: historyOf(ledger), range, store, version, onFolded }, signal);
      } finally {
        await store.close();
      }
    }
  };
}

async function copyLive(
  root: string,
  copy: string,
  versions: readonly FoldVersion[],
): Promise<{ readonly store: ReadModelStore; readonly version: FoldVersion } | undefined> {
  const shelf = lmdbShelf(root);
  const served = (await shelf.read())?.current;
  if (served === undefined) return undefined;
  await copyLmdbReadModels(shelf.directoryOf(served), copy);
  const version = versions.find((one) => one.version === served.version);
  if (version === undefined)
    throw new Error(
      `The live read models are of version ${served.version}, which this binary does not fold.`,
    );
  return { store: lmdbReadModels(copy), version };
}

function latest(versions: readonly FoldVersion[]): FoldVersion {
  const last = versions.at(-1);
  if (last === undefined) throw new Error('There is no version to fold.');
  return last;
}
