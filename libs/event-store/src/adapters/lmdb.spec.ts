import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventStoreContract } from '@flightdeck/testing';
import { lmdbEventStore, type LmdbEventStoreOptions } from './lmdb.js';

/** Every size at its smallest, so that chunks, groups, batches and the tail all end in the middle of what the suite does. */
const SMALL: LmdbEventStoreOptions = {
  limits: {
    chunkEventsMax: 3,
    groupAppendsMax: 4,
    batchEventsMax: 4,
    batchBytesMax: 200,
    scanEntriesMax: 3,
    tailBytesMax: 1_000,
    headsMax: 5,
  },
};

for (const [name, options] of [
  ['lmdb', {}],
  ['lmdb with small limits', SMALL],
] as const)
  eventStoreContract(name, async () => {
    const directory = mkdtempSync(join(tmpdir(), 'flightdeck-event-store-'));
    return {
      open: () => lmdbEventStore(directory, options),
      dispose: async () => rmSync(directory, { recursive: true, force: true }),
    };
  });
