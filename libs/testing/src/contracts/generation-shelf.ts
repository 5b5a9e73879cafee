import { KEPT_MAX, type GenerationShelf } from '@flightdeck/read-models';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

/** A fresh place that can be opened several times, by one holder after another. */
export interface GenerationShelfPlace {
  open(): GenerationShelf;
  /** Whether the shelf itself keeps an earlier holder out; a directory belongs to one process by its lock. */
  readonly isFenced: boolean;
  remove(): Promise<void>;
}

const NOW = '2026-11-22T00:00:00.000Z';
const TABLE = 'campaign-spend@1';

/** What every shelf of generations promises. */
export function generationShelfContract(name: string, fresh: () => Promise<GenerationShelfPlace>): void {
  describe(`the shelf of generations: ${name}`, () => {
    let place: GenerationShelfPlace;
    let opened: GenerationShelf[];
    beforeEach(async () => {
      place = await fresh();
      opened = [];
    });
    afterEach(async () => {
      for (const shelf of opened) await shelf.close();
      await place.remove();
    });

    async function hold(): Promise<GenerationShelf> {
      const shelf = place.open();
      opened.push(shelf);
      await shelf.takeOver();
      return shelf;
    }

    /** A generation with a row that says so often that it was built. */
    async function built(shelf: GenerationShelf, times = 1): Promise<{ readonly name: string }> {
      const { name: built } = await shelf.fresh(1, NOW);
      const generation = { name: built };
      const store = shelf.open(generation);
      const writer = await store.takeOver();
      const row = { table: TABLE, key: 'a', partition: 0, revision: times, value: Buffer.from([times]) };
      await store.commit(writer, { rows: [row], checkpoints: {} });
      await store.close();
      return generation;
    }

    async function revisionIn(shelf: GenerationShelf, generation: { readonly name: string }) {
      const store = shelf.open(generation);
      const [row] = await store.load(TABLE, ['a']);
      await store.close();
      return row?.revision;
    }

    it('knows nothing before anything was served', async () => {
      const shelf = await hold();
      expect(await shelf.read()).toBeUndefined();
      await built(shelf);
      expect(await shelf.read()).toBeUndefined();
    });

    it(`serves one at a time and keeps ${KEPT_MAX}, the latest first, with their rows`, async () => {
      const shelf = await hold();
      const names: string[] = [];
      for (let times = 1; times <= KEPT_MAX + 2; times++) {
        const generation = { ...(await built(shelf, times)), version: times, since: NOW };
        names.unshift(generation.name);
        await shelf.serve(generation);
      }
      const known = await (await hold()).read();
      expect(known?.current).toEqual({ name: names[0], version: KEPT_MAX + 2, since: NOW });
      expect(known?.kept.map((one) => one.name)).toEqual(names.slice(1, 1 + KEPT_MAX));
      for (const [i, one] of names.slice(0, 1 + KEPT_MAX).entries())
        expect(await revisionIn(shelf, { name: one })).toBe(KEPT_MAX + 2 - i);
      await shelf.discard({ name: names[1] ?? '' }); // it is kept
      expect(await revisionIn(shelf, { name: names[1] ?? '' })).toBe(KEPT_MAX + 1);
    });

    it('gives a new generation empty, also where another was left or given up', async () => {
      const shelf = await hold();
      const left = await built(shelf);
      expect(await shelf.fresh(1, NOW)).toMatchObject(left);
      expect(await revisionIn(shelf, left)).toBeUndefined();
      const given = await built(shelf);
      await shelf.discard(given);
      expect(await revisionIn(shelf, given)).toBeUndefined();
    });

    it('goes back to what is kept', async () => {
      const shelf = await hold();
      const first = await built(shelf);
      await shelf.serve({ ...first, version: 1, since: NOW });
      const next = await built(shelf, 2);
      await shelf.serve({ ...next, version: 2, since: NOW });
      await shelf.serve({ ...first, version: 1, since: NOW });
      expect(await shelf.read()).toMatchObject({ current: first, kept: [next] });
    });

    it('is changed by the last who took it over, and by nobody else', async () => {
      const earlier = await hold();
      const first = { ...(await built(earlier)), version: 1, since: NOW };
      await earlier.serve(first);
      const later = await hold();
      const zombie = { ...(await earlier.fresh(1, NOW)), version: 1, since: NOW };
      if (place.isFenced) await expect(earlier.serve(zombie)).rejects.toThrow();
      await later.serve({ ...(await built(later)), version: 2, since: NOW });
      expect(await later.read()).toMatchObject({ current: { version: 2 }, kept: [first] });
    });
  });
}
