import { readFileSync, rmSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { EventStore } from '@flightdeck/event-store';
import { lmdbEventStore } from '@flightdeck/event-store/lmdb';
import fc from 'fast-check';
import { faultyStore } from '../testing/faulty-store.js';
import { flipByte, HORIZON_MS, HOUR_MS, SIZES, World, wrongAfterRepair } from '../testing/index-world.js';
import { removeTemporary } from '../testing/temporary.js';
import { CLOCK_SKEW_MS } from './dedupe-index.js';

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

describe('the de-duplication index', () => {
  const step = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ do: fc.constant('append' as const), n: fc.integer({ min: 1, max: 40 }) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant('elsewhere' as const), n: fc.integer({ min: 1, max: 90 }) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constantFrom('crash' as const, 'restart' as const), n: fc.constant(0) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constantFrom('damage' as const, 'lose' as const), n: fc.nat(10_000) }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constant('wait' as const), n: fc.integer({ min: 1, max: 30 }) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('widen' as const), n: fc.integer({ min: 1, max: 200 }) }),
    },
  );

  it('is a Map of what arrived within the horizon, whatever happens to it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
        const world = await newWorld();
        for (const { do: what, n } of steps) {
          let sinceMs = Infinity;
          if (what === 'append') await world.append(n);
          else if (what === 'elsewhere') await world.appendElsewhere(n);
          else if (what === 'crash') await world.crash();
          else if (what === 'restart') await world.restart();
          else if (what === 'wait') world.nowMs += n * HOUR_MS;
          else if (what === 'widen') sinceMs = world.nowMs - n * HOUR_MS;
          else {
            await world.index.close();
            const path = world.indexFiles()[n % Math.max(world.indexFiles().length, 1)];
            if (path !== undefined && what === 'lose') rmSync(path);
            else if (path !== undefined) flipByte(path, n % readFileSync(path).length);
            await world.open();
          }
          await world.index.catchUp();
          await world.index.cover(sinceMs);
          const needMs = Math.min(world.nowMs - HORIZON_MS, sinceMs - CLOCK_SKEW_MS);
          expect(await wrongAfterRepair(world, needMs)).toEqual([]);
          expect(world.index.head).toBe(world.stored.size - 1);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('keeps older ids in files, with bounded memory', async () => {
    const world = await newWorld();
    for (let i = 0; i < 40; i++) await world.append(20);
    await world.restart();
    expect(world.indexFiles('g')).toHaveLength(10); // 800 ids; a generation is sealed when 4 × 20 reach 64
    expect(world.index.generationCount).toBe(10);
    expect(world.index.distrusted).toBe(0);
    expect(world.wrong()).toEqual([]);
    expect(world.index.memoryBytes).toBeLessThan(20_000);
  });

  it('reads nothing again after it was closed, and at most a run after a crash', async () => {
    const world = await newWorld();
    for (let i = 0; i < 13; i++) await world.append(5);
    await world.index.close();
    let read = 0;
    const counting: EventStore = {
      ...faultyStore(world.store, '', []),
      read: (stream, from, options) => {
        if (options.max > 1 && typeof from === 'number') read += Math.max(world.stored.size - from, 0);
        return world.store.read(stream, from, options);
      },
    };
    await world.open(counting);
    expect(read).toBe(0);
    await world.append(9);
    await world.crash();
    await world.index.close();
    await world.open(counting);
    expect(read).toBeLessThan(SIZES.runIdsMax);
  });

  it('catches what a forgetful one would let pass', async () => {
    const world = await newWorld();
    await world.append(5);
    await world.index.close();
    for (const path of world.indexFiles()) rmSync(path);
    const empty = { ...faultyStore(world.store, '', []), read: () => emptyStream() };
    await world.open(empty); // as if memory and files were all there is
    expect(new Set(world.wrong()).size).toBe(5);
  });
});

async function* emptyStream(): AsyncGenerator<never> {
  yield* [];
}
