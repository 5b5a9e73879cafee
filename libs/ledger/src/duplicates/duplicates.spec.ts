import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { encodeJson, type DuplicatesFiltered, type FilteredDuplicates } from '@flightdeck/contracts';
import type { EventStore } from '@flightdeck/event-store';
import { lmdbEventStore } from '@flightdeck/event-store/lmdb';
import fc from 'fast-check';
import { openAdLedger, type OpenAdLedger } from '../open-ad-ledger.js';
import { faultyStore, storedFacts, type Fault } from '../testing/faulty-store.js';
import { numbered, prepare } from '../testing/prepare.js';
import { removeTemporary, temporaryDirectory } from '../testing/temporary.js';
import { tallyDuplicates } from './tally.js';

const NOW_MS = 1_790_000_000_000;
const STREAM = 'duplicates-00';

let store: EventStore;
let opened: OpenAdLedger[];

async function open(over: EventStore = store): Promise<OpenAdLedger> {
  const options = { directory: temporaryDirectory(), partitions: 1, clock: () => NOW_MS, newId: randomUUID };
  const ledger = await openAdLedger({ store: over, ...options, limits: { groupEventsMax: 32 } });
  opened.push(ledger);
  return ledger;
}

beforeEach(async () => {
  opened = [];
  store = await lmdbEventStore(temporaryDirectory(), { clock: () => NOW_MS });
});
afterEach(async () => {
  for (const ledger of opened) await ledger.close();
  await store.close();
  removeTemporary();
});

async function booked(): Promise<number> {
  const facts = await storedFacts(store, STREAM);
  const rows = facts.flatMap(({ data }) => (data as unknown as DuplicatesFiltered).rows);
  return rows.reduce((sum, { events }) => sum + events, 0);
}

describe('duplicates', () => {
  const batches = fc.array(fc.array(fc.nat(60), { minLength: 1, maxLength: 50 }), {
    minLength: 2,
    maxLength: 10,
  });

  it('are in the ledger, each delivery that was answered so, whoever filtered it', async () => {
    let answered = 0;
    await fc.assert(
      fc.asyncProperty(batches, async (ids) => {
        const writers = [await open(), await open()] as const;
        const outcomes = await Promise.all(
          ids.map((batch, i) =>
            (writers[i % 2] ?? writers[0]).append(
              prepare(
                0,
                batch.map((n) => ({ eventId: `e${n}` })),
              ),
            ),
          ),
        );
        answered += outcomes.reduce((sum, { duplicates }) => sum + duplicates, 0);
        expect(await booked()).toBe(answered);
      }),
      { numRuns: 10 },
    );
    expect(answered).toBeGreaterThan(0);
  });

  it('are booked once while the outcome of booking them is unknown', async () => {
    const faults: Fault[] = ['throws-after', 'throws-before', 'throws-after'];
    const ledger = await open(faultyStore(store, STREAM, faults));
    await ledger.append(prepare(0, numbered('e', 5)));
    await ledger.append(prepare(0, numbered('e', 5)));
    expect([await booked(), faults]).toEqual([5, []]);
  });

  it('are not answered while they cannot be booked', async () => {
    const ledger = await open(faultyStore(store, STREAM, new Array<Fault>(5).fill('throws-before')));
    await ledger.append(prepare(0, numbered('e', 5)));
    await expect(ledger.append(prepare(0, numbered('e', 6)))).rejects.toThrow('planted: not written');
    expect(await ledger.append(prepare(0, numbered('e', 6)))).toMatchObject({ accepted: 0, duplicates: 6 });
    expect(await booked()).toBe(6);
  });

  it('would be missing if a writer booked nothing, and this suite sees it', async () => {
    const forgetful: EventStore = {
      ...faultyStore(store, '', []),
      append: (stream, events, expected) =>
        stream === STREAM
          ? Promise.resolve({ ok: true, revision: events.length - 1 })
          : store.append(stream, events, expected),
    };
    const ledger = await open(forgetful);
    await ledger.append(prepare(0, numbered('e', 3)));
    const { duplicates } = await ledger.append(prepare(0, numbered('e', 3)));
    expect([duplicates, await booked()]).toEqual([3, 0]);
  });
});

describe('the tally', () => {
  const delivered = fc.record({
    campaignId: fc.constantFrom('c1', 'c2'),
    type: fc.constant('click'),
    ivt: fc.option(fc.constant('givt'), { nil: undefined }),
    price: fc.record({
      model: fc.constantFrom('CPC', 'CPM'),
      micros: fc.integer({ min: 0, max: 5_000_000 }),
    }),
    enriched: fc.record(
      { day: fc.constantFrom('2026-11-22', '2026-11-23'), lateFor: fc.constant('2026-11-19') },
      { requiredKeys: ['day'] },
    ),
  });

  it('comes to the same however the deliveries are split, and to a sum made otherwise', () => {
    fc.assert(
      fc.property(fc.array(delivered, { maxLength: 40 }), fc.nat(40), (all, at) => {
        const whole = tallyDuplicates(all.map(encodeJson));
        const split = [all.slice(0, at), all.slice(at)].flatMap((part) => [
          ...tallyDuplicates(part.map(encodeJson)),
        ]);
        expect(nanosByDay(split)).toEqual(nanosByDay(whole));
        const expected = new Map<string, bigint>();
        for (const { campaignId, enriched, price, ivt } of all) {
          const key = `${campaignId} ${enriched.lateFor ?? enriched.day}`;
          const nanos = BigInt(price.micros) * (price.model === 'CPM' ? 1n : 1_000n);
          expected.set(key, (expected.get(key) ?? 0n) + (ivt === undefined ? nanos : 0n));
        }
        expect(nanosByDay(whole)).toEqual(expected);
      }),
    );
  });

  it('goes on in another row where a sum would not be exact', () => {
    const spend = {
      ...{ type: 'spend', campaignId: 'c1', amountMicros: Number.MAX_SAFE_INTEGER },
      enriched: { day: '2026-11-22' },
    };
    const rows = tallyDuplicates([spend, spend, spend].map(encodeJson));
    expect(rows.map(({ events, amount }) => [events, amount.micros])).toEqual(
      Array.from({ length: 3 }, () => [1, Number.MAX_SAFE_INTEGER]),
    );
  });
});

function nanosByDay(rows: readonly FilteredDuplicates[]): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const { campaignId, day, amount } of rows) {
    const key = `${campaignId} ${day}`;
    sums.set(key, (sums.get(key) ?? 0n) + BigInt(amount.micros) * 1_000n + BigInt(amount.nanos));
  }
  return sums;
}
