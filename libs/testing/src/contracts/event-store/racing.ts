import { describe, expect, it } from '@jest/globals';
import { followWhileAppending, raceForOneRevision, raceWithRetries } from './checks.js';
import { withStore, type NewPlace } from './place.js';
import { newCategory, newStream } from './sample.js';

/** Many callers at once. */
export function racing(newPlace: NewPlace): void {
  describe('racing', () => {
    it('lets exactly one of many racing appends win', () =>
      withStore(newPlace, async (store) => {
        expect(await raceForOneRevision(store, newStream())).toEqual([]);
      }));

    it('loses nothing and writes nothing twice when losers try again', () =>
      withStore(newPlace, async (store) => {
        expect(await raceWithRetries(store, newStream())).toEqual([]);
      }));

    it('shows followers no gap and no disorder while several writers append', () =>
      withStore(newPlace, async (store) => {
        expect(await followWhileAppending(store, newCategory())).toEqual([]);
      }));
  });
}
