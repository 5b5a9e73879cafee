import { describe, expect, it } from '@jest/globals';
import type { NewPlace } from './place.js';
import { eventsOf, followToEnd, idsOf, newCategory, newEvents, plain, readAll } from './sample.js';

/** What was acknowledged is there when the store is opened again. */
export function keeping(newPlace: NewPlace): void {
  describe('keeping', () => {
    it('has everything after a restart, goes on where it was, and knows its retries', async () => {
      const place = await newPlace();
      try {
        const category = newCategory();
        const [one, two] = [`${category}-1`, `${category}-2`];
        const before = await place.open();
        const retried = newEvents(3);
        await before.append(one, newEvents(700), 'no-stream');
        await before.append(two, newEvents(2), 'no-stream');
        await before.append(one, retried, 699);
        const followed = await followToEnd(before, { prefix: `${category}-` });
        const read = await readAll(before, one);
        await before.close();

        const after = await place.open();
        expect((await readAll(after, one)).map(plain)).toEqual(read.map(plain));
        expect(eventsOf(await followToEnd(after, { prefix: `${category}-` })).map(plain)).toEqual(
          eventsOf(followed).map(plain),
        );
        expect(await after.append(one, retried, 699)).toMatchObject({ ok: true, revision: 702 });
        expect(await after.append(one, newEvents(1), 1)).toEqual({ ok: false, actual: 702 });
        const added = newEvents(1);
        expect(await after.append(two, added, 1)).toEqual({ ok: true, revision: 2 });
        const rest = await followToEnd(after, { prefix: `${category}-` }, followed.at(-1)?.checkpoint);
        expect(idsOf(eventsOf(rest))).toEqual(idsOf(added));
        const all = eventsOf(await followToEnd(after, { prefix: `${category}-` }));
        expect(all.at(-1)?.recordedAtMs).toBeGreaterThanOrEqual(all.at(-2)?.recordedAtMs ?? 0);
        await after.close();
      } finally {
        await place.dispose();
      }
    });

    it('settles appends in flight when it is closed', async () => {
      const place = await newPlace();
      try {
        const stream = `${newCategory()}-1`;
        const before = await place.open();
        const events = newEvents(5);
        const appended = events.map((event) => before.append(stream, [event], 'any'));
        await before.close();
        expect((await Promise.all(appended)).every((result) => result.ok)).toBe(true);
        const after = await place.open();
        expect(idsOf(await readAll(after, stream)).sort()).toEqual(idsOf(events).sort());
        await after.close();
      } finally {
        await place.dispose();
      }
    });
  });
}
