import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ReplayResultResponse, ReplaySpec } from '@flightdeck/contracts';
import { lmdbEventStore } from '@flightdeck/event-store/lmdb';
import type { EventStore } from '@flightdeck/event-store';
import { type FoldVersion, Projector, type ReadModelStore } from '@flightdeck/read-models';
import { lmdbReadModels } from '@flightdeck/read-models/lmdb';
import { lmdbShelf } from '@flightdeck/read-models/lmdb-shelf';
import { appendTraffic, createLedger, EVENTS, quarantined } from '../testing/ledger.js';
import { openReplayGround } from './replay-ground.module.js';
import { runReplay } from './run-replay.js';

const ALL: ReplaySpec = { projection: 'all', asOf: null, from: null };
/** The planted wrong fold: it counts views that cost nothing as invalid. */
const WRONG: FoldVersion = {
  version: 1,
  revise: (fact) => {
    if (fact.type === 'view') fact.ivt = 'sivt';
  },
};

describe('a replay', () => {
  let dataDir: string;
  let ledger: EventStore;
  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'flightdeck-replay-'));
    ledger = await lmdbEventStore(join(dataDir, 'ledger'));
    await createLedger(ledger);
    await appendTraffic(ledger, 0, EVENTS);
    await quarantined(ledger, 3);
  });
  afterAll(async () => {
    await ledger.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  /** Folds the ledger into live read models, and leaves the projector to the caller. */
  async function live(
    name: string,
    version?: FoldVersion,
  ): Promise<{ store: ReadModelStore; projector: Projector }> {
    const shelf = lmdbShelf(join(dataDir, name, 'read-models'));
    const generation = await shelf.fresh(1, '2026-11-22T00:00:00.000Z');
    const store = lmdbReadModels(shelf.directoryOf(generation));
    const onFault = (error: unknown): never => {
      throw error;
    };
    const projector = await Projector.open(store, { onFault, ...(version === undefined ? {} : { version }) });
    await followTo(ledger, projector);
    await projector.flush();
    await shelf.serve(generation);
    return { store, projector };
  }

  async function replay(name: string, spec: Partial<ReplaySpec> = {}): Promise<ReplayResultResponse> {
    const ground = await openReplayGround({
      ...{
        dataDir,
        eventStore: 'lmdb:',
        scratch: join(name, 'scratch'),
        readModelsDirectory: join(name, 'read-models'),
      },
    });
    try {
      return await runReplay(
        { ...ground, onProgress: () => undefined },
        { ...ALL, ...spec },
        new AbortController().signal,
      );
    } finally {
      await ground.close();
    }
  }

  it('comes to the same rows and the same digest as the live folds, also while they are behind', async () => {
    const { store, projector } = await live('same');
    const first = await replay('same');
    expect(first).toMatchObject({ identical: true, parked: 0, comparison: { different: 0, movedOn: 0 } });
    expect(first.comparison?.compared).toBeGreaterThan(100);
    expect(first.comparison?.liveDigest).toBe(first.digest);
    await appendTraffic(ledger, EVENTS, 500);
    const second = await replay('same'); // the live projector has folded none of these
    expect(second).toMatchObject({ identical: true, events: first.events + 500 });
    expect(second.comparison?.liveDigest).toBe(second.digest);
    expect(second.digest).not.toBe(first.digest);
    await projector.close();
    await store.close();
  });

  it('up to an earlier moment compares what has not moved on, by time and by position', async () => {
    const { store, projector } = await live('past');
    const past = await replay('past', { asOf: '600' });
    expect(past).toMatchObject({ identical: true, comparison: { liveDigest: null } });
    expect(past.comparison?.movedOn).toBeGreaterThan(0);
    expect(past.events).toBeLessThan(600);
    const { digest } = await replay('past', { asOf: '600' });
    expect(digest).toBe(past.digest);
    expect((await replay('past', { asOf: '2000-01-01T00:00:00Z' })).events).toBe(0);
    expect((await replay('past', { asOf: '2100-01-01T00:00:00Z' })).identical).toBe(true);
    const range = await replay('past', { from: '600' });
    expect(range).toMatchObject({ identical: null, comparison: null });
    expect(range.events + past.events).toBe((await replay('past')).events);
    await projector.close();
    await store.close();
  });

  it('finds a wrong fold, and names the rows, the fields and the events', async () => {
    const { store, projector } = await live('wrong', WRONG);
    const found = await replay('wrong', { projection: 'campaign-day' });
    expect(found.identical).toBe(false);
    const [difference] = found.comparison?.differences ?? [];
    expect(difference).toMatchObject({ projection: 'campaign-day@1', kind: 'different' });
    expect(difference?.fields).toEqual(expect.arrayContaining(['views', 'sivt']));
    expect(difference?.events.length).toBeGreaterThan(0);
    expect(difference?.eventsTotal).toBe(difference?.replayed?.['events']);
    await projector.close();
    await store.close();
  });

  it('finds a row that somebody edited, one that was removed and one that was invented', async () => {
    const { store, projector } = await live('edited');
    const [row, removed] = await store.range('campaign-spend@1', { from: '', to: '~', max: 2 });
    if (row === undefined || removed === undefined) throw new Error('There is nothing to edit.');
    await projector.close();
    const value = Buffer.from(row.value);
    value.writeDoubleLE(value.readDoubleLE(9 * 8) + 1, 9 * 8); // one micro more gross
    const table = 'campaign-spend@1';
    const rows = [
      { table, ...row, revision: row.revision + 0.5, value },
      { table, ...removed, revision: removed.revision + 0.5, value: null },
    ];
    await store.commit(await store.takeOver(), { rows, checkpoints: {} });
    await store.commit(await store.takeOver(), {
      rows: [{ table, ...row, key: 'nobody', revision: 0 }],
      checkpoints: {},
    });
    const found = await replay('edited', { projection: 'campaign-spend' });
    expect(found.comparison).toMatchObject({ different: 1, missing: 1, extra: 1 });
    const kinds = found.comparison?.differences.map(({ key, kind }) => [key, kind]);
    expect(kinds).toEqual(
      expect.arrayContaining([
        [row.key, 'different'],
        [removed.key, 'missing'],
        ['nobody', 'extra'],
      ]),
    );
    expect(found.comparison?.differences.find(({ key }) => key === row.key)?.fields).toEqual(
      expect.arrayContaining(['gross']),
    );
    await store.close();
  });

  it('is stopped', async () => {
    const ground = await openReplayGround({ dataDir, eventStore: 'lmdb:', scratch: 'stopped' });
    const stopped = runReplay({ ...ground, onProgress: () => undefined }, ALL, AbortSignal.abort());
    await expect(stopped).rejects.toThrow();
    await ground.close();
  });
});

async function followTo(ledger: EventStore, projector: Projector): Promise<void> {
  for (const source of ['ads', 'quarantine'] as const) {
    for await (const batch of ledger.follow(
      { prefix: `${source}-` },
      'start',
      new AbortController().signal,
    )) {
      if (source === 'ads') await projector.foldAds(batch);
      else await projector.foldQuarantine(batch);
      if (batch.caughtUp) break;
    }
  }
}
