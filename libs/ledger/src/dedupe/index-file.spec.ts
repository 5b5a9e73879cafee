import { cpSync, rmSync, truncateSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { EventStore, StoredEvent } from '@flightdeck/event-store';
import { lmdbEventStore } from '@flightdeck/event-store/lmdb';
import { faultyStore } from '../testing/faulty-store.js';
import { flipByte, World, wrongAfterRepair } from '../testing/index-world.js';
import { removeTemporary } from '../testing/temporary.js';
import { FRESH, SAME } from './generation.js';

/** Bytes of a file's header and meta are read when it is opened; what comes after only when an id is searched there. */
const DATA_AT = 4000;

const worlds: World[] = [];
async function newWorld(): Promise<World> {
  const world = await World.create(lmdbEventStore);
  worlds.push(world);
  return world;
}
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
  removeTemporary();
});

describe('index files', () => {
  it.each([
    ['cut', (path: string) => truncateSync(path, 1_500)],
    ['empty', (path: string) => truncateSync(path, 0)],
    ['flipped in the header', (path: string) => flipByte(path, 20)],
    ['of another format', (path: string) => flipByte(path, 4)],
    ['flipped in the meta', (path: string) => flipByte(path, 1_030)],
    ['flipped in the table', (path: string) => flipByte(path, DATA_AT)],
    ['missing', (path: string) => rmSync(path)],
    ['another one', (path: string, other: string) => cpSync(other, path)],
  ])('that are %s are rebuilt from the ledger', async (_, harm) => {
    const world = await newWorld();
    for (let i = 0; i < 11; i++) await world.append(20);
    await world.index.close();
    const [first = '', second = ''] = world.indexFiles('g');
    harm(first, second);
    await world.open();
    expect(await wrongAfterRepair(world)).toEqual([]);
    await world.restart();
    expect(world.wrong()).toEqual([]);
    expect(world.index.distrusted).toBe(0);
  });

  it('of another ledger are not trusted', async () => {
    const world = await newWorld();
    await world.append(100);
    await world.index.close();
    await world.open(world.store, 'ledger-2');
    expect(world.index.distrusted).toBe(1);
    expect(world.wrong()).toEqual([]);
  });

  it('that know more than a ledger restored from a backup are not trusted', async () => {
    const world = await newWorld();
    await world.append(70);
    await world.append(20);
    await world.index.close();
    const backup: EventStore = {
      ...faultyStore(world.store, '', []),
      read: (stream, from, options) =>
        upTo(30, world.store.read(stream, from === 'end' ? 30 : from, options)),
    };
    await world.open(backup);
    expect(world.index.head).toBe(30);
    expect(
      world.stage([
        { eventId: 'e-31', payload: 'p-1' },
        { eventId: 'e-32', payload: 'p-2' },
      ]),
    ).toEqual([SAME, FRESH]);
    world.index.rollback();
  });

  it('that cannot be written stop the writer', async () => {
    const world = await newWorld();
    await world.append(5);
    world.loseDirectory();
    await world.append(20);
    await expect(world.index.close()).rejects.toThrow('cannot be written');
    await expect(world.index.settle()).rejects.toThrow('cannot be written');
    await world.open();
    expect(world.wrong()).toEqual([]);
  });
});

async function* upTo(revision: number, events: AsyncIterable<StoredEvent>): AsyncGenerator<StoredEvent> {
  for await (const event of events) if (event.revision <= revision) yield event;
}
