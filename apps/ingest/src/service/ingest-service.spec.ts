import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type AdLedger,
  LedgerBusy,
  OUTCOME,
  type PartitionOutcome,
  type PreparedEvents,
} from '@flightdeck/ledger';
import { PipelinePool } from '../pipeline/pipeline-pool.js';
import { TIME_WINDOWS } from '../prepare/settings.js';
import { CONTEXT, FixedDirectory, impression, USER_KEYS, NDJSON, NEW_YORK } from '../testing/fixtures.js';
import { MemoryLedger } from '../testing/memory-ledger.js';
import { IN_FLIGHT_BYTES_MAX, IngestBusy, QUEUED_EVENTS_MAX } from './admission.js';
import { IngestService, IngestUnavailable } from './ingest-service.js';

let ledger: MemoryLedger;
let pool: PipelinePool;
let service: IngestService;

beforeEach(() => {
  const campaigns = new FixedDirectory();
  campaigns.register('c1', NEW_YORK);
  ledger = new MemoryLedger();
  const onFatal = (error: Error) => {
    throw error;
  };
  pool = new PipelinePool({
    workers: 0,
    partitions: 16,
    userKeys: USER_KEYS,
    windows: TIME_WINDOWS,
    campaigns,
    onFatal,
  });
  service = new IngestService(pool, ledger);
});
afterEach(() => pool.close());

const send = (events: readonly unknown[], results = false, context: object = {}) =>
  service.ingest({
    body: Buffer.from(
      events.map((event) => (typeof event === 'string' ? event : JSON.stringify(event))).join('\n'),
    ),
    contentType: NDJSON,
    context: { ...CONTEXT, ...context },
    results,
  });
const events = Array.from({ length: 20 }, (_, i) => impression({ eventId: `e${i}`, campaignId: `c${i}` }));

describe('ingesting a request', () => {
  it('counts what became of its records, and says it of each when asked', async () => {
    const late = impression({ eventId: 'late', occurredAt: '2026-01-01T00:00:00Z' });
    const conflict = impression({ price: undefined });
    expect(await send([impression(), '{', impression(), late, conflict], true)).toEqual({
      ok: true,
      answer: {
        accepted: 1,
        duplicates: 1,
        quarantined: 3,
        results: [
          { index: 0, eventId: 'e1', status: 'accepted' },
          { index: 1, status: 'quarantined', reason: 'malformed', detail: 'The line is not JSON.' },
          { index: 2, eventId: 'e1', status: 'duplicate' },
          {
            index: 3,
            status: 'quarantined',
            reason: 'too-late',
            detail: '/occurredAt is before the acceptance window.',
          },
          { index: 4, eventId: 'e1', status: 'quarantined', reason: 'id-conflict' },
        ],
      },
    });
    expect(ledger.quarantined.map(({ reason }) => reason)).toEqual(['malformed', 'too-late']);
  });

  it('writes nothing of a request that it refuses whole', async () => {
    const body = Buffer.from(`[${JSON.stringify(impression())},{]`);
    const outcome = await service.ingest({
      body,
      contentType: 'application/json',
      context: CONTEXT,
      results: false,
    });
    expect(outcome).toMatchObject({ ok: false, refusal: { status: 400, code: 'malformed-body' } });
    expect(ledger.stored.size).toBe(0);
  });

  it('tells the ledger of a declared backfill', async () => {
    await send([impression({ occurredAt: '2020-01-01T00:00:00Z' })], false, { acceptFromMs: 5 });
    expect(ledger.options).toEqual([{ acceptFromMs: 5 }]);
  });

  it('fails when a partition or quarantine fails, and the same request again completes it', async () => {
    for (const broken of [3, -1]) {
      const fresh = new MemoryLedger();
      const again = new IngestService(pool, fresh);
      const request = () => ({
        body: Buffer.from(JSON.stringify([...events, {}])),
        contentType: 'application/json',
        context: CONTEXT,
        results: false,
      });
      fresh.before = async (partition) =>
        partition === broken ? Promise.reject(new Error('EIO')) : Promise.resolve();
      await expect(again.ingest(request())).rejects.toThrow(IngestUnavailable);
      fresh.before = async () => Promise.resolve();
      const outcome = await again.ingest(request());
      expect(outcome).toMatchObject({ ok: true, answer: { quarantined: 1 } });
      expect(fresh.stored.size).toBe(events.length);
      expect(again.inFlight).toEqual({ requests: 0, bytes: 0 });
    }
  });

  it('answers only after everything is durable', async () => {
    expect(await orderOf(service)).toEqual(['durable', 'answered']);
  });

  it('is caught when it answers before (planted)', async () => {
    const hasty: AdLedger = Object.assign(Object.create(ledger) as MemoryLedger, {
      append: async (pack: PreparedEvents): Promise<PartitionOutcome> => {
        void ledger.append(pack);
        const outcomes = new Uint8Array(pack.count).fill(OUTCOME.accepted);
        return Promise.resolve({ accepted: pack.count, duplicates: 0, conflicts: 0, outcomes });
      },
    });
    expect(await orderOf(new IngestService(pool, hasty))).toEqual(['answered', 'durable']);
  });
});

/** What happens first to an event that takes a while to become durable. */
async function orderOf(ingesting: IngestService): Promise<string[]> {
  const order: string[] = [];
  let release = (): void => undefined;
  const durable = new Promise<void>((resolve) => (release = resolve));
  ledger.before = () => durable.then(() => void order.push('durable'));
  const body = Buffer.from(JSON.stringify(impression()));
  const answered = ingesting
    .ingest({ body, contentType: NDJSON, context: CONTEXT, results: false })
    .then(() => order.push('answered'));
  for (let turn = 0; turn < TURNS; turn++) await new Promise(setImmediate);
  release();
  await answered;
  for (let turn = 0; turn < TURNS; turn++) await new Promise(setImmediate);
  return order;
}
/** Of the event loop: more than anything here takes that waits for nothing. */
const TURNS = 20;

describe('when too much is under way', () => {
  it('turns away what would not fit into memory, and recovers', async () => {
    let release = (): void => undefined;
    const durable = new Promise<void>((resolve) => (release = resolve));
    ledger.before = () => durable;
    const body = Buffer.alloc(IN_FLIGHT_BYTES_MAX / 8, 0x20);
    body.write(`${JSON.stringify(impression())}\n`);
    const request = { contentType: NDJSON, context: CONTEXT, results: false };
    const running = Array.from({ length: 8 }, () => service.ingest({ ...request, body }));
    await expect(send([impression()])).rejects.toThrow(IngestBusy);
    release();
    await Promise.all(running);
    expect(await send([impression()])).toMatchObject({ ok: true, answer: { duplicates: 1 } });
  });

  it('turns away while the ledger’s queues are full', async () => {
    ledger.waiting = QUEUED_EVENTS_MAX;
    await expect(send([impression()])).rejects.toThrow(IngestBusy);
    expect(ledger.stored.size).toBe(0);
  });

  it('passes on when the ledger says to come back', async () => {
    ledger.before = () => Promise.reject(new LedgerBusy(2_500));
    await expect(send(events)).rejects.toMatchObject({ name: 'IngestBusy', retryAfterMs: 2_500 });
  });
});
