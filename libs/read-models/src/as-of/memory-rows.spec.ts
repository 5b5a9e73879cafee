import { readModelStoreContract } from '@flightdeck/testing';
import type { ReadModelStore } from '../read-model-store.js';
import { memoryRows } from './memory-rows.js';

readModelStoreContract('memory', async () => {
  const rows = memoryRows();
  const open = async (): Promise<ReadModelStore> => rows; // as long as the object lives, so do its rows
  return { open, remove: () => Promise.resolve() };
});
