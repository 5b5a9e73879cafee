import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReadModelStore } from '@flightdeck/read-models';
import { lmdbReadModels } from '@flightdeck/read-models/lmdb';
import { afterAll } from '@jest/globals';

/** Empty read models for a suite, as many as are asked for. They are closed and removed when it ends. */
export function freshReadModels(): () => ReadModelStore {
  const directory = mkdtempSync(join(tmpdir(), 'flightdeck-fresh-'));
  const stores: ReadModelStore[] = [];
  afterAll(async () => {
    await Promise.all(stores.map((store) => store.close()));
    rmSync(directory, { recursive: true });
  });
  return () => {
    const store = lmdbReadModels(join(directory, String(stores.length)));
    stores.push(store);
    return store;
  };
}
