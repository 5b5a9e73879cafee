import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AdEventType } from '@flightdeck/domain';
import { lmdbReadModels } from './adapters/lmdb.js';
import type { LedgerEvent } from './ledger-batch.js';
import { projectedReadModels } from './projected-read-models.js';
import { ADS_SOURCE, Projector, ProjectorFenced } from './projector.js';
import type { RangeQuery, ReadModelStore } from './read-model-store.js';
import { type ReadModels, SeriesTooLong } from './read-models.js';
import { NOW_MS, recorded, redriven, refused } from './testing/stored.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const NOWHERE = { clicksJoined: 0, viewsJoined: 0, conversionsByClick: 0, conversionsByView: 0 };

describe('read models beside their projector', () => {
  let directory: string;
  let store: ReadModelStore;
  let projector: Projector;
  let readModels: ReadModels;
  let revision: number;
  const faults: unknown[] = [];

  async function start(): Promise<void> {
    projector = await Projector.open(store, { onFault: (error) => faults.push(error) });
    readModels = projectedReadModels(projector);
  }
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'flightdeck-queries-'));
    store = lmdbReadModels(directory);
    revision = 0;
    await start();
  });
  afterEach(async () => {
    projector.abandon();
    await store.close();
    await rm(directory, { recursive: true, force: true });
  });

  async function ads(...events: readonly object[]): Promise<void> {
    const stored = events.map((event) => recorded(event as { readonly type: AdEventType }, revision++));
    await projector.foldAds({ events: stored, checkpoint: String(revision), caughtUp: true });
  }
  async function quarantine(...events: readonly LedgerEvent[]): Promise<void> {
    await projector.foldQuarantine({ events, checkpoint: String(events.at(-1)?.revision), caughtUp: true });
  }
  const someDays = () =>
    ads(
      ...['2026-11-21T23:59:59', '2026-11-22T00:00:00', '2026-11-22T09:07:00', '2026-11-22T09:58:30'].map(
        (time) => ({ type: 'click', occurredAt: `${time}.000Z`, day: time.slice(0, 10) }),
      ),
    );
  const clicksBySteps = (models: ReadModels): Promise<number[]> => {
    const range = { campaignId: 'c1', fromMs: NOW_MS - 24 * HOUR_MS, toMs: NOW_MS };
    const clicks = async (step: '1m' | '5m' | '1h' | '1d') =>
      (await models.series({ ...range, step })).reduce((sum, { counters }) => sum + counters.clicks, 0);
    return Promise.all((['1m', '5m', '1h', '1d'] as const).map(clicks));
  };
  const counts = async (campaignId: string, day = '2026-11-22') => {
    const [figures] = await readModels.figures([{ campaignId, day }], NOW_MS);
    return figures === undefined
      ? undefined
      : [figures.lifetime, figures.today, figures.last5m, figures.last15m, figures.last60m].map(
          ({ events }) => events,
        );
  };

  describe.each([
    ['hot', async () => undefined],
    [
      'cold',
      async () => {
        await projector.close();
        await start();
      },
    ],
  ])('figures of %s campaigns', (_, cool) => {
    it('count a window to the minute, the running one included', async () => {
      const ago = (minutes: number) => ({ occurredAt: new Date(NOW_MS - minutes * MINUTE_MS).toISOString() });
      for (const minutes of [0, 4, 5, 14, 15, 59, 60, 700])
        await ads({ type: 'impression', ...ago(minutes) });
      await ads({ type: 'click', day: '2026-11-21' });
      await cool();
      expect(await counts('c1')).toEqual([9, 8, 3, 5, 7]);
      expect(await counts('c1', '2026-11-21')).toEqual([9, 1, 3, 5, 7]);
      expect(await counts('c1', '2026-11-20')).toEqual([9, 0, 3, 5, 7]);
    });

    it('are exact, gross and net, with what is known of the campaign', async () => {
      const price = { model: 'CPM', micros: 1_250_001, currency: 'USD' };
      await ads({ type: 'impression', price }, { type: 'impression', price, ivt: 'givt' });
      await ads(
        { type: 'adjustment', amountMicros: -1, currency: 'USD' },
        { type: 'spend', amountMicros: 7, currency: 'USD' },
      );
      await cool();
      const [figures] = await readModels.figures([{ campaignId: 'c1', day: '2026-11-22' }], NOW_MS);
      expect(figures).toMatchObject({
        ...{ currency: 'USD', unregistered: false, position: { stream: 'ads-02', revision: 3 } },
        lifetime: {
          gross: { micros: 2_507, nanos: 2 },
          net: { micros: 1_256, nanos: 1 },
          impressions: 1,
          givt: 1,
          events: 4,
        },
        ...{ lastOccurredAtMs: NOW_MS, lastReceivedAtMs: NOW_MS },
      });
    });

    it('say when a sum is beyond what is exact', async () => {
      const most = { type: 'spend', amountMicros: Number.MAX_SAFE_INTEGER, currency: 'USD' };
      await ads(most, most, { type: 'click', campaignId: 'c2' });
      await cool();
      const [poisoned, fine] = await readModels.figures(
        ['c1', 'c2'].map((campaignId) => ({ campaignId, day: '2026-11-22' })),
        NOW_MS,
      );
      expect(poisoned).toMatchObject({
        outOfRange: true,
        lifetime: { net: { micros: Number.MAX_SAFE_INTEGER } },
      });
      expect(fine).not.toHaveProperty('outOfRange');
    });
  });

  it('answers undefined for a campaign without events, in the order asked', async () => {
    await ads({ type: 'click' });
    const day = '2026-11-22';
    const answers = await readModels.figures(
      ['no', 'c1', 'none'].map((campaignId) => ({ campaignId, day })),
      NOW_MS,
    );
    expect(answers.map((figures) => figures?.campaignId)).toEqual([undefined, 'c1', undefined]);
    // Having been asked for must not decide where a campaign's first event is booked.
    await ads({ type: 'click', campaignId: 'no' });
    expect((await readModels.figures([{ campaignId: 'no', day }], NOW_MS))[0]?.position.stream).toBe(
      'ads-02',
    );
    expect(await readModels.funnel('none')).toBeUndefined();
    expect(await readModels.funnel('c1')).toEqual({
      impressions: 0,
      views: 0,
      clicks: 1,
      conversions: 0,
      ...NOWHERE,
    });
  });

  it('tells series with the ledger range of each point', async () => {
    const at = (time: string) => ({ type: 'click', occurredAt: `2026-11-22T${time}.000Z` });
    await ads(at('10:00:00'), at('10:04:59'), at('10:05:00'), at('11:00:00'), at('10:00:30'));
    const points = async (step: '1m' | '5m' | '1h') => {
      const series = await readModels.series({
        campaignId: 'c1',
        fromMs: NOW_MS - 3 * HOUR_MS,
        toMs: NOW_MS,
        step,
      });
      return series.map(({ startMs, endMs, counters, range }) => {
        const minutes = (endMs - startMs) / MINUTE_MS;
        const start = new Date(startMs).toISOString().slice(11, 16);
        return `${start}+${minutes} ${counters.clicks} [${range.fromRevision}, ${range.toRevision}]`;
      });
    };
    expect(await points('1m')).toEqual([
      '10:00+1 2 [0, 4]',
      '10:04+1 1 [1, 1]',
      '10:05+1 1 [2, 2]',
      '11:00+1 1 [3, 3]',
    ]);
    expect(await points('5m')).toEqual(['10:00+5 3 [0, 4]', '10:05+5 1 [2, 2]', '11:00+5 1 [3, 3]']);
    expect(await points('1h')).toEqual(['10:00+60 4 [0, 4]', '11:00+60 1 [3, 3]']);
    const endless = { campaignId: 'c1', fromMs: 0, toMs: NOW_MS, step: '1m' } as const;
    await expect(readModels.series(endless)).rejects.toThrow(SeriesTooLong);
  });

  it('adds up to the same in series of every step', async () => {
    await someDays();
    expect(await clicksBySteps(readModels)).toEqual([4, 4, 4, 4]);
  });

  it('is caught when a series loses a row (planted)', async () => {
    await someDays();
    const losing: ReadModelStore = Object.assign(Object.create(projector.store) as ReadModelStore, {
      range: async (table: string, query: RangeQuery) =>
        (await projector.store.range(table, query)).slice(table === 'campaign-hour@1' ? 1 : 0),
    });
    const planted = Object.create(projector, { store: { value: losing } }) as Projector;
    expect(await clicksBySteps(projectedReadModels(planted))).toEqual([4, 4, 3, 4]);
  });

  it("tells days as the campaign's zone has them", async () => {
    const day = (name: string) => ({ type: 'click', occurredAt: `${name}T12:00:00.000Z`, day: name });
    await ads(day('2026-10-31'), day('2026-11-01'), day('2026-11-02'));
    const fromMs = Date.parse('2026-11-01T04:00:00.000Z');
    const query = {
      campaignId: 'c1',
      fromMs,
      toMs: fromMs + 25 * HOUR_MS,
      step: '1d',
      timezone: 'America/New_York',
    } as const;
    const [only, ...others] = await readModels.series(query);
    expect(others).toEqual([]);
    expect(only).toMatchObject({ startMs: fromMs, endMs: fromMs + 25 * HOUR_MS, counters: { clicks: 1 } });
  });

  it('lists campaigns in order, page by page', async () => {
    for (const campaignId of ['b', 'a.1', 'a', 'a-1', 'c']) await ads({ type: 'click', campaignId });
    expect(await readModels.campaignIds(undefined, 3)).toEqual(['a', 'a-1', 'a.1']);
    expect(await readModels.campaignIds('a.1', 3)).toEqual(['b', 'c']);
  });

  it('counts what became of everything, and how fresh sources are', async () => {
    await ads(
      { type: 'click' },
      { type: 'click', lateFor: '2026-10-01' },
      { type: 'click', unregistered: true },
    );
    await quarantine(refused(0, 'schema'), refused(1, 'schema'), refused(2, 'too-late'));
    const expected = {
      partitions: [
        {
          partition: 2,
          revision: 2,
          accepted: 3,
          late: 1,
          unregistered: 1,
          quarantined: { schema: 2, 'too-late': 1 },
        },
      ],
      sources: [{ source: 'http', watermarkMs: NOW_MS - MINUTE_MS, lastReceivedAtMs: NOW_MS, events: 3 }],
    };
    expect(await readModels.quality()).toEqual(expected);
    await projector.close();
    await start();
    expect(await readModels.quality()).toEqual(expected);
  });

  it('lists quarantined records, newest first, by state and reason', async () => {
    await quarantine(
      refused(0, 'schema'),
      refused(1, 'too-late'),
      refused(2, 'schema'),
      refused(3, 'schema'),
    );
    await quarantine(redriven(4, 'q2'));
    const ids = async (query: Parameters<ReadModels['quarantined']>[0]) => {
      const { items, next } = await readModels.quarantined(query);
      return [items.map(({ id }) => id).join(' '), next] as const;
    };
    expect(await ids({ max: 10 })).toEqual(['q3 q2 q1 q0', null]);
    expect(await ids({ max: 10, state: 'open', reason: 'schema' })).toEqual(['q3 q0', null]);
    expect(await ids({ max: 10, state: 'redriven' })).toEqual(['q2', null]);
    const [first, next] = await ids({ max: 3 });
    expect(first).toBe('q3 q2 q1');
    expect(await ids({ max: 3, cursor: next ?? '' })).toEqual(['q0', null]);
    expect(await readModels.quarantinedById('q2')).toMatchObject({
      id: 'q2',
      partition: 2,
      state: 'redriven',
    });
    expect(await readModels.quarantinedById('q9')).toBeUndefined();
  });

  it('tells of changes once folded, and coalesces for a slow reader', async () => {
    const stop = new AbortController();
    const changes = readModels.changes(stop.signal)[Symbol.asyncIterator]();
    await ads({ type: 'click' }, { type: 'click', campaignId: 'c2' });
    await ads({ type: 'click' });
    expect((await changes.next()).value).toEqual({ checkpoint: '3', campaignIds: ['c1', 'c2'] });
    const waiting = changes.next();
    await ads({ type: 'click' });
    expect((await waiting).value).toEqual({ checkpoint: '4', campaignIds: ['c1'] });
    const last = changes.next();
    stop.abort();
    expect((await last).done).toBe(true);
  });

  it('is caught up once both sources are', async () => {
    expect(readModels.progress()).toEqual({ checkpoint: '', caughtUp: false });
    await ads({ type: 'click' });
    expect(readModels.progress().caughtUp).toBe(false);
    await projector.foldQuarantine({ events: [], checkpoint: 'q', caughtUp: true });
    expect(readModels.progress()).toEqual({ checkpoint: '1', caughtUp: true });
  });

  it('stops for good once another projector has taken over, and writes nothing', async () => {
    await ads({ type: 'click' });
    const owner = await Projector.open(store, { onFault: (error) => faults.push(error) });
    await expect(projector.flush()).rejects.toThrow(ProjectorFenced);
    await expect(ads({ type: 'click' })).rejects.toThrow(ProjectorFenced);
    expect(await store.checkpoint(ADS_SOURCE)).toBeUndefined();
    owner.abandon();
  });
});
