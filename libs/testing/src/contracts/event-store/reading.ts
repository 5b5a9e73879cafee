import { describe, expect, it } from '@jest/globals';
import { withStore, type NewPlace } from './place.js';
import { idsOf, newEvents, newStream, readAll } from './sample.js';

const LARGE = 1_500;

/** Reads of one stream, both ways. */
export function reading(newPlace: NewPlace): void {
  describe('reading', () => {
    it.each(['forwards', 'backwards'] as const)('finds a stream that does not exist empty, %s', (direction) =>
      withStore(newPlace, async (store) => {
        for (const from of ['start', 'end', 0, 5] as const)
          expect(await readAll(store, newStream(), from, { direction, max: 10 })).toEqual([]);
      }),
    );

    it.each([
      ['forwards', 'start', 100, [0, 1, 2, 3, 4]],
      ['forwards', 'start', 2, [0, 1]],
      ['forwards', 0, 1, [0]],
      ['forwards', 3, 100, [3, 4]],
      ['forwards', 4, 1, [4]],
      ['forwards', 5, 100, []],
      ['forwards', 'end', 100, []],
      ['backwards', 'end', 100, [4, 3, 2, 1, 0]],
      ['backwards', 'end', 1, [4]],
      ['backwards', 2, 100, [2, 1, 0]],
      ['backwards', 2, 2, [2, 1]],
      ['backwards', 0, 5, [0]],
    ] as const)('%s from %p, at most %p: %p', (direction, from, max, revisions) =>
      withStore(newPlace, async (store) => {
        const [stream, other] = [newStream(), newStream()];
        await store.append(stream, newEvents(2), 'no-stream');
        await store.append(other, newEvents(3), 'no-stream');
        await store.append(stream, newEvents(3), 1);
        const events = await readAll(store, stream, from, { direction, max });
        expect(events.map((event) => event.revision)).toEqual(revisions);
        expect(events.every((event) => event.stream === stream)).toBe(true);
      }),
    );

    it('reads a large append as it was, both ways', () =>
      withStore(newPlace, async (store) => {
        const stream = newStream();
        const events = newEvents(LARGE);
        expect(await store.append(stream, events, 'no-stream')).toEqual({ ok: true, revision: LARGE - 1 });
        expect(idsOf(await readAll(store, stream))).toEqual(idsOf(events));
        const backwards = await readAll(store, stream, 'end', { direction: 'backwards', max: LARGE });
        expect(idsOf(backwards)).toEqual(idsOf(events).reverse());
      }));

    it('does not take one stream for another whose name begins the same', () =>
      withStore(newPlace, async (store) => {
        const stream = newStream();
        await store.append(`${stream}1`, newEvents(2), 'no-stream');
        await store.append(`${stream}\u0000`, newEvents(2), 'no-stream');
        expect(await readAll(store, stream)).toEqual([]);
        expect(await store.append(stream, newEvents(1), 'no-stream')).toEqual({ ok: true, revision: 0 });
        expect(await readAll(store, `${stream}1`, 'end', { direction: 'backwards', max: 9 })).toHaveLength(2);
      }));
  });
}
