import { describe } from '@jest/globals';
import { appending } from './event-store/appending.js';
import { following } from './event-store/following.js';
import { keeping } from './event-store/keeping.js';
import { modelled } from './event-store/model.js';
import type { EventStorePlace } from './event-store/place.js';
import { plantedBugs } from './event-store/planted-bugs.js';
import { racing } from './event-store/racing.js';
import { reading } from './event-store/reading.js';

export type { EventStorePlace } from './event-store/place.js';

/**
 * What every adapter of the EventStore port must do, in the port's own words. Each test opens a place of its own but names
 * its streams so that a place shared with other tests will do too.
 */
export function eventStoreContract(name: string, newPlace: () => Promise<EventStorePlace>): void {
  describe(`event store contract: ${name}`, () => {
    appending(newPlace);
    reading(newPlace);
    following(newPlace);
    racing(newPlace);
    keeping(newPlace);
    modelled(newPlace);
    plantedBugs(newPlace);
  });
}
