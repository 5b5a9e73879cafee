import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { QuarantinedRecord } from '@flightdeck/read-models';
import { PipelinePool } from '../pipeline/pipeline-pool.js';
import { TIME_WINDOWS } from '../prepare/settings.js';
import { IngestService } from '../service/ingest-service.js';
import { FixedDirectory, impression, pseudonymOf, USER_KEYS, NEW_YORK, NOW_MS } from '../testing/fixtures.js';
import { MemoryLedger } from '../testing/memory-ledger.js';
import { Redrive } from './redrive.js';

let ledger: MemoryLedger;
let pool: PipelinePool;
let redrive: Redrive;
let recorded: unknown[];

beforeEach(() => {
  const campaigns = new FixedDirectory();
  campaigns.register('c1', NEW_YORK);
  ledger = new MemoryLedger();
  recorded = [];
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
  redrive = new Redrive(
    new IngestService(pool, ledger),
    campaigns,
    () => NOW_MS,
    async (record, outcome, actor) => {
      recorded.push([record.id, outcome, actor]);
      return Promise.resolve();
    },
  );
});
afterEach(() => pool.close());

const LATE = '2026-10-01T00:00:00Z';
const record = (value: unknown, changes: Partial<QuarantinedRecord> = {}): QuarantinedRecord => ({
  id: 'q1',
  partition: 0,
  reason: 'schema',
  detail: '',
  source: 'http',
  receivedAt: '2026-11-22T10:00:00.000Z',
  bytesBase64: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64'),
  truncated: false,
  state: 'open',
  ...changes,
});
const stored = () => ledger.bodies.map((body) => JSON.parse(body) as Record<string, unknown>);

const anonymous = record(impression({ eventId: undefined }), { reason: 'in-the-future' });

/** What becomes of a record redriven again and again, as the redrive sees it each time. */
async function outcomesOf(...seen: readonly QuarantinedRecord[]): Promise<string[]> {
  const outcomes: string[] = [];
  for (const each of seen) {
    const result = await redrive.redrive(each, { admitAs: 'correction' }, 'ann');
    outcomes.push(result.ok ? result.outcome : result.code);
  }
  return outcomes;
}

describe('redriving a record', () => {
  it('takes it once it is corrected, says so, and takes it once only', async () => {
    const bad = record(impression({ bid: 1 }));
    expect(await redrive.redrive(bad, { admitAs: 'correction' }, 'ann')).toMatchObject({
      ok: true,
      outcome: 'quarantined',
      reason: 'schema',
    });
    const correctedBytes = () => Buffer.from(JSON.stringify(impression()));
    expect(
      await redrive.redrive(bad, { admitAs: 'correction', correctedBytes: correctedBytes() }, 'ann'),
    ).toEqual({ ok: true, outcome: 'accepted', eventId: 'e1' });
    expect(
      await redrive.redrive(bad, { admitAs: 'correction', correctedBytes: correctedBytes() }, 'bob'),
    ).toEqual({ ok: true, outcome: 'duplicate', eventId: 'e1' });
    expect(recorded).toEqual([
      ['q1', 'accepted', 'ann'],
      ['q1', 'duplicate', 'bob'],
    ]);
    expect(stored()).toHaveLength(1);
  });

  it('gives a record without an id the id of its place in quarantine', async () => {
    expect(await outcomesOf(anonymous, anonymous)).toEqual(['accepted', 'duplicate']);
  });

  it('is caught when it takes a record for another each time (planted)', async () => {
    expect(await outcomesOf(anonymous, { ...anonymous, id: 'q2' })).toEqual(['accepted', 'accepted']);
  });

  it('books the cost of a late one as an adjustment of today, once', async () => {
    const late = record(
      impression({ occurredAt: LATE, price: { model: 'CPM', micros: 2_500_500, currency: 'USD' } }),
      { reason: 'too-late' },
    );
    expect(await redrive.redrive(late, { admitAs: 'correction' }, 'ann')).toMatchObject({
      outcome: 'quarantined',
      reason: 'too-late',
    });
    expect(await redrive.redrive(late, { admitAs: 'adjustment' }, 'ann')).toMatchObject({
      outcome: 'accepted',
    });
    expect(stored()).toMatchObject([
      {
        type: 'adjustment',
        reason: 'late',
        originalEventId: 'e1',
        amountMicros: 2_500,
        currency: 'USD',
        campaignId: 'c1',
        enriched: { day: '2026-11-22' },
      },
    ]);
    const later = new Redrive(
      new IngestService(pool, ledger),
      new FixedDirectory(),
      () => NOW_MS + 1,
      async () => Promise.resolve(),
    );
    expect(await later.redrive(late, { admitAs: 'adjustment' }, 'ann')).toMatchObject({
      ok: true,
      outcome: 'duplicate',
    });
    expect(stored()).toHaveLength(1);
  });

  it('adjusts nothing for an invalid late one, and knows the currency from the campaign', async () => {
    const click = { eventId: 'k', type: 'click', occurredAt: LATE, campaignId: 'c1' };
    await redrive.redrive(
      record(impression({ occurredAt: LATE, ivt: 'sivt' }), { reason: 'too-late' }),
      { admitAs: 'adjustment' },
      'ann',
    );
    await redrive.redrive(record(click, { reason: 'too-late' }), { admitAs: 'adjustment' }, 'ann');
    expect(stored()).toMatchObject([
      { amountMicros: 0, currency: 'USD' },
      { amountMicros: 0, currency: 'USD' },
    ]);
  });

  it('refuses what cannot be admitted', async () => {
    const cases: [QuarantinedRecord, 'correction' | 'adjustment', string][] = [
      [record(impression(), { state: 'redriven' }), 'correction', 'already-redriven'],
      [record(impression(), { truncated: true }), 'correction', 'not-admissible'],
      [record(impression()), 'adjustment', 'not-admissible'],
      [record('{', { reason: 'too-late' }), 'adjustment', 'not-admissible'],
    ];
    for (const [quarantined, admitAs, code] of cases) {
      expect(await redrive.redrive(quarantined, { admitAs }, 'ann')).toMatchObject({ ok: false, code });
    }
    expect(recorded).toEqual([]);
  });

  it('opens a CloudEvent, and refuses two events in the place of one', async () => {
    const envelope = { specversion: '1.0', id: '7', source: '/t', type: 'x', data: impression() };
    expect(await redrive.redrive(record(envelope), { admitAs: 'correction' }, 'ann')).toMatchObject({
      outcome: 'accepted',
      eventId: '/t 7',
    });
    const two = record([impression({ eventId: 'a' }), impression({ eventId: 'b' })]);
    expect(await redrive.redrive(two, { admitAs: 'correction' }, 'ann')).toMatchObject({
      ok: false,
      code: 'not-admissible',
    });
    expect(stored()).toHaveLength(1);
  });

  it('does not make a pseudonym of a pseudonym', async () => {
    const userId = pseudonymOf('user');
    const conflict = record(
      { ...impression({ userId }), enriched: { day: '2026-11-22' } },
      { reason: 'id-conflict' },
    );
    await redrive.redrive(conflict, { admitAs: 'correction' }, 'ann');
    await redrive.redrive(
      record(impression({ eventId: 'e2', userId: 'user' })),
      { admitAs: 'correction' },
      'ann',
    );
    expect(stored().map((event) => event['userId'])).toEqual([userId, userId]);
  });
});
