import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import { lmdbEventStore } from '@flightdeck/event-store/lmdb';
import fc from 'fast-check';
import { crc32 } from 'node:zlib';
import { faultyStore } from '../testing/faulty-store.js';
import { flipByte, HOUR_MS, SIZES, World, wrongAfterRepair } from '../testing/index-world.js';
import { removeTemporary } from '../testing/temporary.js';
import type { DedupeIndex } from './dedupe-index.js';
import { HEADER_BYTES } from './index-file.js';

const worlds: World[] = [];
const owners: DedupeIndex[] = [];
async function newWorld(): Promise<World> {
  const world = await World.create(lmdbEventStore);
  worlds.push(world);
  return world;
}
async function begin(world: World, ledgerId?: string, store = world.store): Promise<DedupeIndex> {
  const owner = await world.beginElsewhere(store, ledgerId);
  owners.push(owner);
  return owner;
}
afterEach(async () => {
  for (const owner of owners.splice(0)) await owner.close();
  for (const world of worlds.splice(0)) await world.close();
  removeTemporary();
});

/** A stream whose last ids are in no file but what `publish` wrote. */
async function published(): Promise<World> {
  const world = await newWorld();
  for (let i = 0; i < 9; i++) await world.append(20);
  await world.append(3);
  await world.index.publish();
  await world.append(2);
  await world.index.publish();
  return world;
}

describe('an index that begins from the files of another', () => {
  const step = fc.record({
    do: fc.constantFrom('append', 'append', 'elsewhere', 'publish', 'wait', 'begin', 'damage'),
    n: fc.integer({ min: 1, max: 70 }),
  });

  it('answers as one that has read the whole ledger, however old or damaged they are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
        const world = await newWorld();
        for (const { do: what, n } of steps) {
          if (what === 'append') await world.append(n);
          else if (what === 'elsewhere') await world.appendElsewhere(n);
          else if (what === 'publish') await world.index.publish();
          else if (what === 'wait') world.nowMs += (n * HOUR_MS) / 4;
          else {
            await world.index.publish(); // nothing is being written
            const files = world.indexFiles().filter((path) => existsSync(path));
            const path = files[n % Math.max(files.length, 1)];
            if (path !== undefined && what === 'damage') flipByte(path, n % readFileSync(path).length);
            await begin(world);
          }
          await world.index.catchUp();
          await world.index.cover();
          expect(await wrongAfterRepair(world)).toEqual([]);
          expect(world.index.head).toBe(world.stored.size - 1);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('reads nothing of the ledger again that was published', async () => {
    const world = await published();
    let read = 0;
    const counting = {
      ...faultyStore(world.store, '', []),
      read: (...[stream, from, options]: Parameters<typeof world.store.read>) => {
        if (options.max > 1 && typeof from === 'number') read += Math.max(world.stored.size - from, 0);
        return world.store.read(stream, from, options);
      },
    };
    await begin(world, undefined, counting);
    expect([read, world.index.distrusted, world.wrong()]).toEqual([0, 0, []]);
  });

  it('leaves the files of the other alone, and outlives their end', async () => {
    const world = await published();
    const files = world.indexFiles();
    const before = files.map((path) => readFileSync(path));
    await begin(world);
    for (let i = 0; i < 9; i++) await world.append(20);
    await world.restart();
    expect(files.map((path) => readFileSync(path))).toEqual(before);
    for (const path of files.filter((name) => name.includes('/g-'))) truncateSync(path, 0);
    expect(await wrongAfterRepair(world)).toEqual([]);
    await world.restart(); // links to nothing are no files
    expect(await wrongAfterRepair(world)).toEqual([]);
  });

  it('refuses a torn copy and files of another ledger, and reads the ledger in their place', async () => {
    const torn = await published();
    const runs = torn.indexFiles('r');
    for (const path of runs) truncateSync(path, readFileSync(path).length - 24);
    await begin(torn);
    expect(torn.index.distrusted).toBe(runs.length);
    expect(torn.wrong()).toEqual([]);
    const alien = await published();
    const files = alien.indexFiles().length;
    await begin(alien, 'ledger-2');
    expect(alien.index.distrusted).toBe(files);
    expect(alien.wrong()).toEqual([]);
  });

  it('keeps at most two tails in the way of the next', async () => {
    const world = await newWorld();
    for (let i = 0; i < SIZES.runIdsMax - 1; i++) {
      await world.append(1);
      await world.index.publish();
    }
    await world.restart();
    expect(world.indexFiles('r').length).toBeLessThanOrEqual(2);
    expect(world.index.distrusted).toBe(0);
  });

  it('would let duplicates pass if it did not catch up, and this suite sees it (planted)', async () => {
    const world = await published();
    const then = world.stored.size;
    await world.appendElsewhere(7);
    const stale = {
      ...faultyStore(world.store, '', []),
      read: async function* (...[stream, from, options]: Parameters<typeof world.store.read>) {
        for await (const event of world.store.read(stream, from, options))
          if (event.revision < then) yield event;
      },
    };
    await begin(world, undefined, stale);
    expect(new Set(world.wrong()).size).toBe(7);
  });

  it('would let duplicates pass if a torn copy were accepted, and this suite sees it (planted)', async () => {
    const world = await published();
    for (const path of world.indexFiles('r')) {
      const bytes = readFileSync(path);
      bytes.fill(0x77, HEADER_BYTES, HEADER_BYTES + 24); // an id that never reached the disk
      bytes.writeUInt32LE(crc32(bytes.subarray(12)), 8); // as if nobody had compared
      writeFileSync(path, bytes);
    }
    await begin(world);
    expect(new Set(world.wrong()).size).toBeGreaterThan(0);
  });
});
