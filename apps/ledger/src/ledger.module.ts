import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServableEventStore } from '@flightdeck/event-store';
import { lmdbEventStore } from '@flightdeck/event-store/lmdb';

/** A store and how to let go of it. */
export interface OpenStore {
  readonly store: ServableEventStore;
  close(): Promise<void>;
}

/** Opens the store in a directory; without one, in a fresh directory of its own that goes when the store is closed. */
export async function openStore(directory: string | undefined): Promise<OpenStore> {
  if (directory !== undefined) {
    const store = await lmdbEventStore(directory);
    return { store, close: () => store.close() };
  }
  const own = mkdtempSync(join(tmpdir(), 'flightdeck-ledger-'));
  const store = await lmdbEventStore(own);
  return {
    store,
    close: async () => {
      await store.close();
      rmSync(own, { recursive: true, force: true });
    },
  };
}
