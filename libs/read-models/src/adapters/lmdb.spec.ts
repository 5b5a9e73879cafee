import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readModelStoreContract } from '@flightdeck/testing';
import { lmdbReadModels } from './lmdb.js';

readModelStoreContract('lmdb', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'flightdeck-read-models-'));
  return {
    open: async () => lmdbReadModels(directory),
    remove: () => rm(directory, { recursive: true, force: true }),
  };
});
