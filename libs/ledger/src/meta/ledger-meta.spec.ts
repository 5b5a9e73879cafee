import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { EventStore } from '@flightdeck/event-store';
import { lmdbEventStore } from '@flightdeck/event-store/lmdb';
import { faultyStore, storedIds } from '../testing/faulty-store.js';
import { removeTemporary, temporaryDirectory } from '../testing/temporary.js';
import { openLedgerMeta, PartitionsMismatch } from './ledger-meta.js';

let store: EventStore;
const options = { partitions: 16, dedupeHorizonMs: 1_000, clock: () => 1_790_000_000_000, newId: randomUUID };

beforeEach(async () => {
  store = await lmdbEventStore(temporaryDirectory());
});
afterEach(async () => {
  await store.close();
  removeTemporary();
});

describe('what a ledger was created as', () => {
  it('is settled once', async () => {
    const created = await openLedgerMeta(store, options);
    expect(created).toMatchObject({ partitions: 16, dedupeHorizonMs: 1_000, at: '2026-09-21T14:13:20.000Z' });
    expect(await openLedgerMeta(store, { ...options, dedupeHorizonMs: 2_000 })).toEqual(created);
  });

  it('is one when several create it at once, or the outcome of creating it is unknown', async () => {
    const faulty = faultyStore(store, 'ledger-meta', ['throws-after']);
    const all = await Promise.all([faulty, store, store].map((each) => openLedgerMeta(each, options)));
    expect(new Set(all.map((created) => created.ledgerId)).size).toBe(1);
    expect(await storedIds(store, 'ledger-meta')).toHaveLength(1);
  });

  it('refuses another number of partitions and names both', async () => {
    await openLedgerMeta(store, options);
    const other = openLedgerMeta(store, { ...options, partitions: 8 });
    await expect(other).rejects.toThrow(PartitionsMismatch);
    await expect(other).rejects.toThrow(
      'created with 16 partitions and can never have another number; 8 are configured',
    );
  });

  it.each([0, -1, 1.5, 257, Number.NaN])('refuses %d partitions', async (partitions) => {
    await expect(openLedgerMeta(store, { ...options, partitions })).rejects.toThrow(RangeError);
  });
});
