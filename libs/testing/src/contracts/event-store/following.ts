import { describe, expect, it } from '@jest/globals';
import type { EventStore } from '@flightdeck/event-store';
import { orderProblems } from './checks.js';
import { withStore, type NewPlace } from './place.js';
import {
  eventsOf,
  followToEnd,
  followUntil,
  idsOf,
  newCategory,
  newEvents,
  newStream,
  readAll,
} from './sample.js';

/** Following from anywhere, by stream, prefix or everything. */
export function following(newPlace: NewPlace): void {
  describe('following', () => {
    it('says that it has caught up where there is nothing, then yields what comes', () =>
      withStore(newPlace, async (store) => {
        const stream = newStream();
        const [first, later] = [newEvents(2), newEvents(1)];
        const batches = await followUntil(store, { stream }, 'start', (soFar) => {
          if (soFar.length === 1)
            void store.append(stream, first, 'no-stream').then(() => store.append(stream, later, 1));
          return eventsOf(soFar).length === 3;
        });
        expect(batches[0]).toMatchObject({ events: [], caughtUp: true });
        expect(idsOf(eventsOf(batches))).toEqual(idsOf([...first, ...later]));
        expect(batches.filter((batch) => batch.events.length === 0 && !batch.caughtUp)).toEqual([]);
      }));

    it('selects a stream, a prefix, or everything', () =>
      withStore(newPlace, async (store) => {
        const category = newCategory();
        const streams = ['a-1', 'a-2', 'a-11', 'ab-1', 'b-1'].map((name) => `${category}.${name}`);
        for (const stream of streams) await store.append(stream, newEvents(2), 'no-stream');
        for (const stream of streams) await store.append(stream, newEvents(1), 1);
        const seen = async (selector: { prefix: string } | { stream: string }): Promise<string[]> =>
          eventsOf(await followToEnd(store, selector))
            .filter((event) => event.stream.startsWith(category))
            .map((event) => `${event.stream.slice(category.length + 1)}@${event.revision}`);
        expect(await seen({ stream: `${category}.a-1` })).toEqual(['a-1@0', 'a-1@1', 'a-1@2']);
        expect(await seen({ prefix: `${category}.b-` })).toEqual(['b-1@0', 'b-1@1', 'b-1@2']);
        const ofA = ['a-1@0', 'a-1@1', 'a-2@0', 'a-2@1', 'a-11@0', 'a-11@1', 'a-1@2', 'a-2@2', 'a-11@2'];
        expect(await seen({ prefix: `${category}.a-` })).toEqual(ofA);
        expect(await seen({ prefix: `${category}.a-1` })).toEqual(
          ofA.filter((event) => event.startsWith('a-1')),
        );
        expect(await seen({ prefix: `${category}.a` })).toHaveLength(12);
        expect(await seen({ prefix: '' })).toHaveLength(15);
        expect(await seen({ prefix: `${category}.c-` })).toEqual([]);
      }));

    it('shows what is stored exactly as a read does', () =>
      withStore(newPlace, async (store) => {
        const stream = newStream();
        await store.append(stream, newEvents(3), 'no-stream');
        const followed = eventsOf(await followToEnd(store, { stream }));
        const read = await readAll(store, stream);
        expect(followed).toEqual(read);
        expect(idsOf(followed)).toEqual(idsOf(read));
      }));

    resuming(newPlace);
    stopping(newPlace);
  });
}

function resuming(newPlace: NewPlace): void {
  it('goes on from every checkpoint exactly where it was', () =>
    withStore(newPlace, async (store) => {
      const category = newCategory();
      await appendInTurn(store, category, 8);
      for (const selector of [{ prefix: `${category}-` }, { stream: `${category}-1` }]) {
        const batches = await followToEnd(store, selector);
        const all = idsOf(eventsOf(batches));
        let passed = 0;
        for (const batch of batches) {
          passed += batch.events.length;
          const rest = eventsOf(await followToEnd(store, selector, batch.checkpoint));
          expect(idsOf(rest)).toEqual(all.slice(passed));
        }
      }
    }));

  it('goes on from the checkpoint of a live batch', () =>
    withStore(newPlace, async (store) => {
      const category = newCategory();
      const selector = { prefix: `${category}-` };
      let checkpoint = 'start';
      const seen: string[] = [];
      const written: string[] = [];
      for (let round = 0; round < 6; round++) {
        const events = newEvents(2);
        const appended = store.append(`${category}-${round % 2}`, events, 'any');
        const known = seen.length + events.length;
        const batches = await followUntil(
          store,
          selector,
          checkpoint,
          (soFar) => seen.length + eventsOf(soFar).length >= known,
        );
        await appended;
        seen.push(...idsOf(eventsOf(batches)));
        written.push(...idsOf(events));
        checkpoint = batches.at(-1)?.checkpoint ?? checkpoint;
      }
      expect(seen).toEqual(written);
    }));

  it('refuses a checkpoint that it cannot have given', () =>
    withStore(newPlace, async (store) => {
      await expect(followToEnd(store, { prefix: newCategory() }, 'not a checkpoint')).rejects.toThrow();
    }));
}

function stopping(newPlace: NewPlace): void {
  it.each(['asleep', 'in a batch', 'before it begins'])('ends without an error when aborted %s', (when) =>
    withStore(newPlace, async (store) => {
      const stream = newStream();
      await store.append(stream, newEvents(1), 'no-stream');
      const stop = new AbortController();
      if (when === 'before it begins') stop.abort();
      let batches = 0;
      for await (const batch of store.follow({ stream }, 'start', stop.signal)) {
        batches++;
        if (when === 'in a batch') stop.abort();
        else if (batch.caughtUp) setImmediate(() => stop.abort());
      }
      expect(batches > 0).toBe(when !== 'before it begins');
    }),
  );

  it('feeds hundreds of followers, whatever the slowest of them does', () =>
    withStore(newPlace, async (store) => {
      const category = newCategory();
      const stop = new AbortController();
      const slow = store.follow({ prefix: `${category}-` }, 'start', stop.signal)[Symbol.asyncIterator]();
      await slow.next();
      const fast = Array.from({ length: 300 }, (_, i) =>
        followUntil(
          store,
          i % 2 === 0 ? { prefix: `${category}-` } : { stream: `${category}-1` },
          'start',
          (soFar) => eventsOf(soFar).length >= (i % 2 === 0 ? 20 : 10),
        ),
      );
      await appendInTurn(store, category, 10);
      for (const batches of await Promise.all(fast)) expect(orderProblems(eventsOf(batches))).toEqual([]);
      stop.abort();
      await slow.return?.();
    }));
}

/** Rounds of one event to each of two streams. */
async function appendInTurn(store: EventStore, category: string, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round++)
    for (const name of [1, 2])
      await store.append(`${category}-${name}`, newEvents(1), round === 0 ? 'no-stream' : round - 1);
}
