import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { EventStore } from '@flightdeck/event-store';
import { lmdbEventStore } from '@flightdeck/event-store/lmdb';
import { LedgerBusy } from './ledger.js';
import { openAdLedger, type OpenAdLedger, type OpenAdLedgerOptions } from './open-ad-ledger.js';
import { OUTCOME, type RefusedRecord } from './prepared-events.js';
import { storedFacts, storedIds } from './testing/faulty-store.js';
import { numbered, prepare, type Sent } from './testing/prepare.js';
import { removeTemporary, temporaryDirectory } from './testing/temporary.js';

const { accepted, duplicate, conflict } = OUTCOME;

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

function refused(text: string, more: Partial<RefusedRecord> = {}): RefusedRecord {
  const common = { partition: 0, reason: 'schema', detail: 'No.', source: 'http' } as const;
  return { ...common, receivedAt: '2026-11-22T10:00:00.000Z', bytes: Buffer.from(text), ...more };
}

describe('appending ad events', () => {
  it('stores facts of the past, in order', async () => {
    const ledger = await open();
    const types = ['impression', 'view', 'click', 'conversion', 'spend', 'adjustment'] as const;
    await ledger.append(
      prepare(
        1,
        types.map((type) => ({ eventId: `e-${type}`, type })),
      ),
    );
    const facts = await storedFacts(store, 'ads-01');
    expect(facts.map((fact) => fact.type)).toEqual([
      'ImpressionRecorded',
      'ViewRecorded',
      'ClickRecorded',
      'ConversionRecorded',
      'SpendRecorded',
      'AdjustmentRecorded',
    ]);
    expect(facts.map((fact) => fact.data['eventId'])).toEqual(types.map((type) => `e-${type}`));
  });

  it('counts duplicates within a batch, between batches and between groups of one batch', async () => {
    const ledger = await open();
    const twice = [...numbered('e', 40), ...numbered('e', 40)];
    const outcome = await ledger.append(prepare(0, twice));
    expect(outcome).toMatchObject({ accepted: 40, duplicates: 40, conflicts: 0 });
    const expected = [...new Array<number>(40).fill(accepted), ...new Array<number>(40).fill(duplicate)];
    expect([...outcome.outcomes]).toEqual(expected);
    const both = await Promise.all([
      ledger.append(prepare(0, twice)),
      ledger.append(prepare(0, numbered('f', 3))),
    ]);
    expect(both).toMatchObject([
      { accepted: 0, duplicates: 80 },
      { accepted: 3, duplicates: 0 },
    ]);
    expect(await storedIds(store, 'ads-00')).toHaveLength(43);
    expect(ledger.stats()[0]).toMatchObject({
      head: 42,
      appended: 43,
      duplicates: 120,
      conflicts: 0,
      queued: 0,
    });
  });

  it('answers an empty batch, and refuses one whose parts do not fit', async () => {
    const ledger = await open();
    expect(await ledger.append(prepare(0, []))).toMatchObject({ accepted: 0, duplicates: 0, conflicts: 0 });
    await expect(ledger.append({ ...prepare(0, numbered('e', 2)), count: 3 })).rejects.toThrow(RangeError);
    await expect(ledger.append(prepare(2, numbered('e', 2)))).rejects.toThrow('no partition 2');
  });

  it('takes ids that are not aligned in memory', async () => {
    const ledger = await open();
    const events = prepare(0, numbered('e', 3));
    const shifted = new Uint8Array(49);
    shifted.set(events.ids, 1);
    expect(await ledger.append({ ...events, ids: shifted.subarray(1) })).toMatchObject({ accepted: 3 });
    expect(await ledger.append(events)).toMatchObject({ duplicates: 3 });
  });
});

describe('a conflict', () => {
  it('is not counted but quarantined, durably before the answer, once', async () => {
    const ledger = await open();
    await ledger.append(prepare(0, numbered('e', 3)));
    const changed: readonly Sent[] = [
      { eventId: 'e-1', payload: 'changed' },
      { eventId: 'e-9' },
      { eventId: 'e-9', payload: 'x' },
    ];
    const outcome = await ledger.append(prepare(0, changed));
    expect([...outcome.outcomes]).toEqual([conflict, accepted, conflict]);
    const quarantined = await storedFacts(store, 'quarantine-00');
    expect(quarantined).toMatchObject([
      { type: 'RecordQuarantined', data: { reason: 'id-conflict', source: 'http', truncated: false } },
      { type: 'RecordQuarantined', data: { reason: 'id-conflict' } },
    ]);
    const bytes = Buffer.from(String(quarantined[0]?.data['bytesBase64']), 'base64').toString();
    expect(JSON.parse(bytes)).toEqual({ eventId: 'e-1', campaignId: 'c1', payload: 'changed' });
    await ledger.append(prepare(0, changed));
    expect(await storedFacts(store, 'quarantine-00')).toHaveLength(2);
    expect(await storedIds(store, 'ads-00')).toHaveLength(4);
  });
});

describe('after a restart', () => {
  it.each(['closed', 'files lost'])('what was appended is known (%s)', async (how) => {
    const directory = temporaryDirectory();
    const first = await open(store, { directory });
    await first.append(prepare(0, numbered('e', 150)));
    if (how === 'closed') await first.close();
    const second = await open(store, { directory: how === 'closed' ? directory : temporaryDirectory() });
    expect(await second.append(prepare(0, numbered('e', 151)))).toMatchObject({
      accepted: 1,
      duplicates: 150,
    });
  });

  it('another number of partitions is refused', async () => {
    await open();
    await expect(open(store, { partitions: 3 })).rejects.toThrow('created with 2 partitions');
  });
});

describe('a full queue', () => {
  it('refuses further batches, says when to come back, and writes nothing of them', async () => {
    const ledger = await open(store, { limits: { queueEventsMax: 10, groupEventsMax: 4 } });
    const first = ledger.append(prepare(0, numbered('large', 30))); // one batch always fits into an empty queue
    const late = ledger.append(prepare(0, numbered('e', 1)));
    await expect(late).rejects.toThrow(LedgerBusy);
    await expect(late).rejects.toMatchObject({ retryAfterMs: expect.any(Number) as unknown });
    expect(await first).toMatchObject({ accepted: 30 });
    expect(await ledger.append(prepare(0, numbered('e', 1)))).toMatchObject({ accepted: 1 });
    expect(await storedIds(store, 'ads-00')).toHaveLength(31);
    expect(ledger.depth()).toBe(0);
  });

  it('still takes the conflicts of batches that were taken', async () => {
    const ledger = await open(store, { limits: { queueEventsMax: 2 } });
    await ledger.append(prepare(0, numbered('e', 9)));
    const changed = numbered('e', 9).map((sent) => ({ ...sent, payload: 'changed' }));
    const [outcome] = await Promise.all([
      ledger.append(prepare(0, changed)),
      ledger.quarantine([refused('x'), refused('y')]),
    ]);
    expect(outcome).toMatchObject({ conflicts: 9 });
    expect(await storedFacts(store, 'quarantine-00')).toHaveLength(11);
  });
});

describe('closing', () => {
  it('settles what waits and refuses what comes after', async () => {
    const ledger = await open();
    const waiting = [
      ledger.append(prepare(0, numbered('e', 90))),
      ledger.append(prepare(1, numbered('f', 90))),
    ];
    await ledger.close();
    expect(await Promise.all(waiting)).toMatchObject([{ accepted: 90 }, { accepted: 90 }]);
    await expect(ledger.append(prepare(0, numbered('g', 1)))).rejects.toThrow('closed');
  });
});

describe('quarantine', () => {
  it('keeps each record once: its bytes, why, and whence', async () => {
    const ledger = await open();
    const records = [
      refused('a', { position: '7' }),
      refused('a', { detail: 'Again.' }),
      refused('a', { reason: 'too-late' }),
      refused('b', { partition: 1 }),
    ];
    expect(await ledger.quarantine(records)).toEqual({ quarantined: 3, duplicates: 1 });
    const data = { reason: 'schema', detail: 'No.', bytesBase64: 'YQ==', truncated: false, source: 'http' };
    expect(await storedFacts(store, 'quarantine-00')).toEqual([
      { type: 'RecordQuarantined', data: { ...data, position: '7', receivedAt: '2026-11-22T10:00:00.000Z' } },
      { type: 'RecordQuarantined', data: expect.objectContaining({ reason: 'too-late' }) as unknown },
    ]);
    const again = await open();
    expect(await again.quarantine(records)).toEqual({ quarantined: 0, duplicates: 4 });
  });

  it('cuts a record at 64 KiB and says so, and still tells two apart that differ beyond', async () => {
    const ledger = await open();
    const long = 'x'.repeat(70_000);
    const outcome = await ledger.quarantine([refused(`${long}1`), refused(`${long}2`)]);
    expect(outcome).toEqual({ quarantined: 2, duplicates: 0 });
    const [fact] = await storedFacts(store, 'quarantine-00');
    expect(fact?.data).toMatchObject({ truncated: true });
    expect(Buffer.from(String(fact?.data['bytesBase64']), 'base64')).toHaveLength(65_536);
  });

  it('records once that a record was sent again', async () => {
    const ledger = await open();
    await ledger.quarantine([refused('a')]);
    const [quarantineId = ''] = await storedIds(store, 'quarantine-00');
    const redriven = {
      quarantineId,
      outcome: 'accepted',
      actor: 'ann',
      at: '2026-11-22T11:00:00.000Z',
    } as const;
    await ledger.redriven(0, redriven);
    await ledger.redriven(0, redriven);
    const facts = await storedFacts(store, 'quarantine-00');
    expect(facts.slice(1)).toEqual([{ type: 'RecordRedriven', data: redriven }]);
  });
});
