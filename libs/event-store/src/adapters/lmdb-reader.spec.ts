import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NewEvent, PlacedEvent, ServableEventStore } from '../event-store.js';
import { type LedgerFollower, lmdbLedgerReader } from './lmdb-reader.js';
import { lmdbEventStore } from './lmdb.js';

let directory: string;
let store: ServableEventStore;
let reader: LedgerFollower;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'flightdeck-reader-'));
  store = await lmdbEventStore(directory);
  reader = await lmdbLedgerReader(directory);
});
afterEach(async () => {
  await reader.close();
  await store.close();
  rmSync(directory, { recursive: true });
});

const events = (count: number): NewEvent[] =>
  Array.from({ length: count }, (_, i) => ({
    ...{ id: randomUUID(), type: 'Appended', data: Buffer.from(String(i)), metadata: Buffer.from('{}') },
  }));
const told = ({ position, stream, revision, id, data }: PlacedEvent) => ({
  ...{ position, stream, revision, id, data: Buffer.from(data).toString() },
});

async function read(from: string, count: number, prefix = ''): Promise<PlacedEvent[]> {
  const stop = new AbortController();
  const seen: PlacedEvent[] = [];
  for await (const batch of reader.follow({ prefix }, from, stop.signal)) {
    seen.push(...batch.events);
    if (seen.length >= count && batch.caughtUp) stop.abort();
  }
  return seen;
}

describe('a reader beside the owner of the store', () => {
  it('sees what the owner sees, in the same order, also what comes while it reads', async () => {
    await store.append('a-1', events(1_500), 'no-stream');
    const reading = read('start', 1_502);
    await store.append('b-1', events(1), 'no-stream');
    await store.append('a-1', events(1), 1_499);
    const all: PlacedEvent[] = [];
    for await (const event of store.readAll('start', { direction: 'forwards', max: 10_000 })) all.push(event);
    expect((await reading).map(told)).toEqual(all.map(told));
  });

  it('goes on from a place inside a chunk, and follows only what is selected', async () => {
    await store.append('a-1', events(10), 'no-stream');
    await store.append('b-1', events(10), 'no-stream');
    expect((await read('7', 13))[0]?.position).toBe(7);
    expect((await read('7', 10, 'b-')).map(({ position }) => position)).toEqual(
      Array.from({ length: 10 }, (_, i) => 10 + i),
    );
  });

  it('says that it has caught up on an empty store, and refuses a place past the end', async () => {
    expect(await read('start', 0)).toEqual([]);
    await expect(read('1', 0)).rejects.toThrow(RangeError);
  });
});
