import { describe, expect, it } from '@jest/globals';
import type { Batch, EventStore, StoredEvent } from '@flightdeck/event-store';
import { followWhileAppending, raceForOneRevision, raceWithRetries } from './checks.js';
import { withStore, type NewPlace } from './place.js';
import { newCategory, newStream } from './sample.js';

/** Stores with one bug each, which the suite's own checks must catch: a suite that cannot fail is no suite. */
export function plantedBugs(newPlace: NewPlace): void {
  describe('planted bugs are caught', () => {
    it('an event lost in a follow', () =>
      withStore(newPlace, async (store) => {
        const broken = withBatches(store, (events) => events.filter((event) => event.revision !== 7));
        expect(await followWhileAppending(broken, newCategory())).not.toEqual([]);
      }));

    it('an event shown twice in a follow', () =>
      withStore(newPlace, async (store) => {
        const broken = withBatches(store, (events) =>
          events.flatMap((event) => (event.revision === 7 ? [event, event] : event)),
        );
        expect(await followWhileAppending(broken, newCategory())).not.toEqual([]);
      }));

    it('events in another order', () =>
      withStore(newPlace, async (store) => {
        const broken = withBatches(store, (events) => [...events].reverse());
        expect(await followWhileAppending(broken, newCategory())).not.toEqual([]);
      }));

    it('an expected revision that is not looked at', () =>
      withStore(newPlace, async (store) => {
        const broken = withAppend(store, (stream, events) => store.append(stream, events, 'any'));
        expect(await raceForOneRevision(broken, newStream())).not.toEqual([]);
      }));

    it('an append acknowledged and not written', () =>
      withStore(newPlace, async (store) => {
        let appends = 0;
        const broken = withAppend(store, async (stream, events, expected) =>
          ++appends === 5 ? { ok: true, revision: 0 } : store.append(stream, events, expected),
        );
        expect(await raceWithRetries(broken, newStream())).not.toEqual([]);
      }));
  });
}

function withAppend(store: EventStore, append: EventStore['append']): EventStore {
  return {
    append,
    read: (stream, from, options) => store.read(stream, from, options),
    follow: (selector, from, signal) => store.follow(selector, from, signal),
    close: () => store.close(),
  };
}

function withBatches(
  store: EventStore,
  change: (events: readonly StoredEvent[]) => readonly StoredEvent[],
): EventStore {
  return {
    append: (stream, events, expected) => store.append(stream, events, expected),
    read: (stream, from, options) => store.read(stream, from, options),
    close: () => store.close(),
    async *follow(selector, from, signal): AsyncGenerator<Batch> {
      for await (const batch of store.follow(selector, from, signal))
        yield { ...batch, events: change(batch.events) };
    },
  };
}
