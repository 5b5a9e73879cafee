import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ACCESS_AUDIT_STREAM, decodeJson, type AccessBooked } from '@flightdeck/contracts';
import type { EventStore } from '@flightdeck/event-store';
import { lmdbEventStore } from '@flightdeck/event-store/lmdb';
import { removeTemporary, temporaryDirectory } from '../testing/temporary.js';
import { LedgerAccessBook } from './access-book.js';

let store: EventStore;
afterEach(async () => {
  await store.close();
  removeTemporary();
});

describe('the access book', () => {
  it('holds every access once, whoever else writes', async () => {
    store = await lmdbEventStore(join(temporaryDirectory(), 'ledger'));
    const books = [new LedgerAccessBook(store, randomUUID), new LedgerAccessBook(store, randomUUID)];
    const wanted = Array.from({ length: 200 }, (_, i) => `a${i}`);
    await Promise.all(wanted.map(async (action, i) => books[i % 2]?.book(access(action))));
    expect((await booked()).sort()).toEqual(wanted.sort());
  });

  it('says so when an access may not be durable, and books the next one', async () => {
    store = await lmdbEventStore(join(temporaryDirectory(), 'ledger'));
    let isTorn = true;
    const torn: EventStore = {
      ...store,
      append: async (...append) => {
        if (isTorn) throw new Error('The disk is full.');
        return store.append(...append);
      },
    };
    const book = new LedgerAccessBook(torn, randomUUID);
    await expect(book.book(access('lost'))).rejects.toThrow('The disk is full.');
    isTorn = false;
    await book.book(access('kept'));
    expect(await booked()).toEqual(['kept']);
  });
});

async function booked(): Promise<string[]> {
  const actions: string[] = [];
  for await (const event of store.read(ACCESS_AUDIT_STREAM, 'start', { direction: 'forwards', max: 1_000 }))
    actions.push(decodeJson<AccessBooked>(event.data).action);
  return actions;
}

function access(action: string): AccessBooked {
  return {
    action,
    actor: 'admin',
    role: 'admin',
    route: 'GET /x',
    parameters: {},
    at: '2026-11-22T15:00:00.000Z',
  };
}
