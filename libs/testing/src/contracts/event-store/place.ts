import type { EventStore } from '@flightdeck/event-store';

/** Somewhere an event store keeps its events. It can be opened again after its store has been closed. */
export interface EventStorePlace {
  open(): Promise<EventStore>;
  /** Removes the place and what is in it. */
  dispose(): Promise<void>;
}

export type NewPlace = () => Promise<EventStorePlace>;

/** Runs a test over a store in a new place and clears both away. */
export async function withStore(
  newPlace: NewPlace,
  test: (store: EventStore) => Promise<void>,
): Promise<void> {
  const place = await newPlace();
  try {
    const store = await place.open();
    try {
      await test(store);
    } finally {
      await store.close();
    }
  } finally {
    await place.dispose();
  }
}
