import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { EventStore, NewEvent } from '@flightdeck/event-store';
import { lmdbEventStore } from '@flightdeck/event-store/lmdb';
import fc from 'fast-check';
import { openAdLedger, type OpenAdLedger, type OpenAdLedgerOptions } from './open-ad-ledger.js';
import { tellingStore, faultyStore, storedFacts, storedIds, type Fault } from './testing/faulty-store.js';
import { numbered, prepare } from './testing/prepare.js';
import { removeTemporary, temporaryDirectory } from './testing/temporary.js';

const DAY_MS = 24 * 60 * 60_000;

let store: EventStore;
let nowMs: number;
let opened: OpenAdLedger[];

async function open(
  over: EventStore = store,
  { limits, ...options }: Partial<OpenAdLedgerOptions> = {},
): Promise<OpenAdLedger> {
  const ledger = await openAdLedger({
    store: over,
    directory: temporaryDirectory(),
    partitions: 2,
    clock: () => nowMs,
    newId: randomUUID,
    indexSizes: { generationIdsMax: 64, runIdsMax: 16 },
    limits: { groupEventsMax: 32, ...limits },
    ...options,
  });
  opened.push(ledger);
  return ledger;
}

beforeEach(async () => {
  nowMs = 1_790_000_000_000;
  opened = [];
  store = await lmdbEventStore(temporaryDirectory(), { clock: () => nowMs });
});
afterEach(async () => {
  for (const ledger of opened) await ledger.close();
  await store.close();
  removeTemporary();
});

/** The checker of this suite: stored ids that are there more than once. */
async function doubled(): Promise<readonly string[]> {
  const ids = await storedIds(store, 'ads-00');
  return ids.filter((id, i) => ids.indexOf(id) !== i);
}

describe('several writers over one ledger', () => {
  const batches = fc.array(fc.array(fc.nat(120), { minLength: 1, maxLength: 50 }), {
    minLength: 2,
    maxLength: 12,
  });

  it('together append every id once', async () => {
    const telling = tellingStore(store);
    let round = 0;
    await fc.assert(
      fc.asyncProperty(batches, async (ids) => {
        round++;
        const writers = await Promise.all([open(telling), open(telling), open(telling)]);
        const known = await storedIds(store, 'ads-00');
        const all = ids.map((batch) => batch.map((n) => ({ eventId: `r${round}-${n}` })));
        const outcomes = await Promise.all(
          all.map((batch, i) => (writers[i % 3] ?? writers[0]).append(prepare(0, batch))),
        );
        const distinct = new Set(ids.flat()).size;
        expect(outcomes.reduce((sum, outcome) => sum + outcome.accepted, 0)).toBe(distinct);
        expect(await storedIds(store, 'ads-00')).toHaveLength(known.length + distinct);
        expect(await doubled()).toEqual([]);
      }),
      { numRuns: 15 },
    );
  });

  it('see a conflict also when the other wrote the same id at the very same place', async () => {
    const telling = tellingStore(store);
    const [one, other] = await Promise.all([open(telling), open(telling)]);
    const outcomes = await Promise.all([
      one.append(prepare(0, [{ eventId: 'e', payload: 'a' }])),
      other.append(prepare(0, [{ eventId: 'e', payload: 'b' }])),
    ]);
    expect(outcomes.map((outcome) => outcome.accepted + outcome.conflicts)).toEqual([1, 1]);
    expect(outcomes.map((outcome) => outcome.conflicts).sort()).toEqual([0, 1]);
    expect(await storedFacts(store, 'quarantine-00')).toHaveLength(1);
  });

  it('lose races and come through', async () => {
    const both = await Promise.all([open(), open()]);
    for (let i = 0; i < 20; i++) {
      await Promise.all(both.map((ledger, from) => ledger.append(prepare(0, numbered(`e-${i}`, 4, from)))));
    }
    const lost = both.reduce((sum, ledger) => sum + (ledger.stats()[0]?.lostRaces ?? 0), 0);
    expect(lost).toBeGreaterThan(0);
    expect(await storedIds(store, 'ads-00')).toHaveLength(100);
  });

  it('would double events if one appended at any revision, and this suite sees it', async () => {
    const careless: EventStore = {
      ...faultyStore(store, '', []),
      append: (stream, events) => store.append(stream, events, 'any'),
    };
    const [one, other] = await Promise.all([open(careless), open(careless)]);
    await one.append(prepare(0, numbered('e', 3)));
    await other.append(prepare(0, numbered('e', 3)));
    expect(await doubled()).toHaveLength(3);
  });
});

describe('an append of unknown outcome', () => {
  const faults = fc.array(fc.constantFrom<Fault>('none', 'throws-before', 'throws-after'), { maxLength: 12 });

  it('is settled by sending the same again: nothing lost, nothing twice', async () => {
    let round = 0;
    await fc.assert(
      fc.asyncProperty(faults, async (planned) => {
        round++;
        const ledger = await open(faultyStore(store, 'ads-00', [...planned]));
        for (let i = 0; i < 4; i++) {
          const sent = [...numbered(`u${round}-${i}`, 5), ...numbered(`u${round}-${i - 1}`, 5)];
          const events = prepare(0, sent);
          await retried(() => ledger.append(events)); // as a producer does
        }
        const known = (await storedFacts(store, 'ads-00')).map((fact) => String(fact.data['eventId']));
        const mine = known.filter((eventId) => eventId.startsWith(`u${round}-`));
        expect(mine).toHaveLength(25);
        expect(new Set(mine).size).toBe(25);
      }),
      { numRuns: 15 },
    );
  });

  it('that stays unknown fails the batch; the next one asks the ledger first', async () => {
    const planned: Fault[] = ['throws-after', ...new Array<Fault>(4).fill('throws-before')];
    const ledger = await open(faultyStore(store, 'ads-00', planned));
    await expect(ledger.append(prepare(0, numbered('e', 3)))).rejects.toThrow('planted');
    expect(await ledger.append(prepare(0, numbered('e', 4)))).toMatchObject({ accepted: 1, duplicates: 3 });
    expect(ledger.depth()).toBe(0);
  });

  it('would double events if the failed were sent as new, and this suite sees it', async () => {
    let fail = true;
    const careless: EventStore = {
      ...faultyStore(store, '', []),
      append: async (stream, events, expected) => {
        const result = await store.append(stream, events, expected);
        if (stream !== 'ads-00' || !fail || !result.ok) return result;
        fail = false;
        const fresh = events.map(({ type, data, metadata }): NewEvent => ({
          id: randomUUID(),
          type,
          data,
          metadata,
        }));
        return store.append(stream, fresh, result.revision);
      },
    };
    await (await open(careless)).append(prepare(0, numbered('e', 3)));
    const eventIds = (await storedFacts(store, 'ads-00')).map((fact) => fact.data['eventId']);
    expect(eventIds).toHaveLength(6);
    expect(new Set(eventIds).size).toBe(3);
  });

  async function retried<T>(send: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await send();
      } catch (fault) {
        if (attempt === 5) throw fault;
      }
    }
  }
});

describe('a declared backfill', () => {
  it('knows what arrived long ago, and what the backfill itself brought', async () => {
    const directory = temporaryDirectory();
    const first = await open(store, { directory });
    await first.append(prepare(0, numbered('old', 200)));
    const arrivedMs = nowMs;
    nowMs += 30 * DAY_MS;
    await first.close();
    const ledger = await open(store, { directory });
    for (let i = 0; i < 3; i++) await ledger.append(prepare(0, numbered(`new-${i}`, 30)));
    const again = prepare(0, [...numbered('old', 200), ...numbered('more', 100)]);
    const widened = { acceptFromMs: arrivedMs };
    expect(await ledger.append(again, widened)).toMatchObject({ accepted: 100, duplicates: 200 });
    expect(await ledger.append(again, widened)).toMatchObject({ accepted: 0, duplicates: 300 });
    expect(await doubled()).toEqual([]);
  });

  it('would count twice what is beyond the horizon if it were not declared', async () => {
    const ledger = await open();
    await ledger.append(prepare(0, numbered('old', 200)));
    await ledger.close();
    nowMs += 30 * DAY_MS;
    const later = await open();
    expect(await later.append(prepare(0, numbered('old', 50)))).toMatchObject({ accepted: 50 });
    expect(await doubled()).toHaveLength(50); // which is why ingestion refuses events from before its window
  });
});
