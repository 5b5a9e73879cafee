import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { EventStore } from '@flightdeck/event-store';
import { eventStoreDb } from '@flightdeck/event-store/eventstoredb';
import { lmdbLedgerReader } from '@flightdeck/event-store/lmdb-reader';
import type { ReadModelStore } from '@flightdeck/read-models';
import { lmdbReadModels } from '@flightdeck/read-models/lmdb';
import type { Config } from '../config.js';

/** The ledger in the data directory of this process. */
const EMBEDDED = 'lmdb:';
/** Holds nothing that outlives a backtest; one runs at a time, so what is there was left by one that was killed. */
const SCRATCH = 'backtest-scratch';

/** What a backtest stands on, and how to let go of it. */
export interface BacktestGround {
  readonly ledger: Pick<EventStore, 'follow'>;
  readonly store: ReadModelStore;
  close(): Promise<void>;
}

/** The ledger, to be followed from beside the process that owns it, and read models in a directory that goes when it is closed. */
export async function openBacktestGround({
  eventStore,
  dataDir,
}: Pick<Config, 'dataDir' | 'eventStore'>): Promise<BacktestGround> {
  const ledger =
    eventStore === EMBEDDED ? await lmdbLedgerReader(join(dataDir, 'ledger')) : eventStoreDb(eventStore);
  const parent = join(dataDir, SCRATCH);
  rmSync(parent, { recursive: true, force: true });
  mkdirSync(parent, { mode: 0o700 });
  const scratch = mkdtempSync(join(parent, 'run-'));
  const store = lmdbReadModels(scratch);
  return {
    ...{ ledger, store },
    close: async () => {
      await store.close();
      await ledger.close();
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}
