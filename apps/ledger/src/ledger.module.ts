import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServableEventStore } from '@flightdeck/event-store';
import { lmdbEventStore } from '@flightdeck/event-store/lmdb';

/** Opens the store in a directory; without one, in a fresh directory of its own that goes when the store is closed. */
export async function openStore(directory: string | undefined): Promise<ServableEventStore> {
  if (directory !== undefined) return lmdbEventStore(directory);
  const own = mkdtempSync(join(tmpdir(), 'flightdeck-ledger-'));
  const store = await lmdbEventStore(own);
  const { close } = store;
  store.close = async () => {
    await close();
    rmSync(own, { recursive: true, force: true });
  };
  return store;
}
