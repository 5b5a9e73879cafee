import { afterEach, describe, expect, it } from '@jest/globals';
import { lmdbEventStore } from '@flightdeck/event-store/lmdb';
import { HOUR_MS, World } from '../testing/index-world.js';
import { removeTemporary } from '../testing/temporary.js';
import { WIDENED_HOLD_MS } from './dedupe-index.js';
import { FRESH } from './generation.js';

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

describe('the horizon of the index', () => {
  const DAY_MS = 24 * HOUR_MS;

  async function olderThanHorizon(): Promise<World> {
    const world = await newWorld();
    for (let i = 0; i < 6; i++) await world.append(40);
    world.nowMs += 3 * DAY_MS;
    for (let i = 0; i < 6; i++) await world.append(1);
    await world.index.close();
    await world.open();
    for (let i = 0; i < 6; i++) await world.append(1);
    return world;
  }

  it('lets generations beyond it go, memory and file', async () => {
    const world = await olderThanHorizon();
    expect(world.indexFiles('g')).toHaveLength(0);
    expect(world.stage([{ eventId: 'e-1', payload: 'p-1' }])).toEqual([FRESH]);
    world.index.rollback();
    expect(world.wrong()).toEqual([]);
  });

  it('opens no hole when a backfill widens it, and narrows again later', async () => {
    const world = await olderThanHorizon();
    await world.index.cover(world.nowMs - 4 * DAY_MS);
    expect(world.wrong(0)).toEqual([]);
    await world.append(1);
    expect(world.wrong(0)).toEqual([]); // held while the backfill goes on
    expect(world.index.generationCount).toBeGreaterThan(2); // also those without fingerprints in memory
    world.nowMs += WIDENED_HOLD_MS + 1;
    for (let i = 0; i < 6; i++) await world.append(1);
    expect(world.index.generationCount).toBe(0);
    await world.index.cover(world.nowMs - 4 * DAY_MS);
    expect(world.wrong(0)).toEqual([]);
  });

  it('reads again only what a backfill needs', async () => {
    const world = await olderThanHorizon();
    const before = world.nowMs;
    world.nowMs += 2 * DAY_MS;
    for (let i = 0; i < 3; i++) await world.append(40);
    world.nowMs += HOUR_MS;
    await world.index.cover(before - HOUR_MS);
    expect(world.wrong(before - HOUR_MS)).toEqual([]);
    expect(world.stage([{ eventId: 'e-1', payload: 'p-1' }])).toEqual([FRESH]);
    world.index.rollback();
  });

  it('survives a clock that was far ahead for a while', async () => {
    const world = await newWorld();
    for (let i = 0; i < 6; i++) await world.append(40);
    world.nowMs += 30 * DAY_MS;
    for (let i = 0; i < 6; i++) await world.append(1);
    expect(world.index.generationCount).toBe(0);
    world.nowMs -= 30 * DAY_MS;
    await world.index.cover();
    expect(world.wrong(0)).toEqual([]);
  });

  it('has nothing to do on a ledger that is younger', async () => {
    const world = await newWorld();
    await world.append(70);
    await world.restart();
    world.store.read = () => {
      throw new Error('nothing to read');
    };
    await world.index.cover(0);
    expect(world.wrong(0)).toEqual([]);
  });
});
