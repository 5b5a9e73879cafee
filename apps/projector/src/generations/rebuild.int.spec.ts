import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { STREAM, type RebuildResponse } from '@flightdeck/contracts';
import type { EventStore } from '@flightdeck/event-store';
import { lmdbEventStore } from '@flightdeck/event-store/lmdb';
import {
  ADS_SOURCE,
  digestLines,
  digestOf,
  type FoldVersion,
  type GenerationShelf,
  Projector,
  PROJECTIONS,
  QUARANTINE_SOURCE,
  type ReadModelStore,
} from '@flightdeck/read-models';
import { dynamoDbGenerations } from '@flightdeck/read-models/dynamodb';
import { lmdbReadModels } from '@flightdeck/read-models/lmdb';
import { lmdbShelf } from '@flightdeck/read-models/lmdb-shelf';
import { dynamoDbAddress, startDynalite, type AwsPeer } from '@flightdeck/testing';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { appendTraffic, createLedger, EVENTS, quarantined } from '../testing/ledger.js';
import { headsOf } from './build-beside.js';
import { LiveProjection } from './live-projection.js';
import { Rebuilds } from './rebuilds.js';
import { Served } from './served.js';
import { toServe } from './to-serve.js';

const FIRST: FoldVersion = { version: 1 };
/** Views count as invalid. */
const SECOND: FoldVersion = {
  version: 2,
  revise: (fact) => {
    if (fact.type === 'view') fact.ivt = 'sivt';
  },
};
const NOW = '2026-11-22T00:00:00.000Z';
const TABLES = PROJECTIONS.map(({ table }) => table);

process.env['AWS_ACCESS_KEY_ID'] ??= 'test';
process.env['AWS_SECRET_ACCESS_KEY'] ??= 'test';

let peer: AwsPeer;
beforeAll(async () => {
  peer = await startDynalite();
});
afterAll(() => peer.close());

interface Kind {
  /** Where generations are kept, in a place of their own. */
  readonly shelfIn: (dataDir: string) => GenerationShelf;
  /** In the ledger at first, and what is appended while a rebuild goes on: dynalite takes its time. */
  readonly events: number;
  readonly writtenMax: number;
}

const KINDS: Readonly<Record<string, Kind>> = {
  lmdb: {
    shelfIn: (dataDir) => lmdbShelf(join(dataDir, 'read-models')),
    ...{ events: EVENTS, writtenMax: 3_000 },
  },
  dynamodb: {
    shelfIn: (dataDir) => dynamoDbGenerations(dynamoDbAddress(peer, basename(dataDir))),
    ...{ events: 300, writtenMax: 300 },
  },
};

describe.each(Object.entries(KINDS))(
  'a rebuild of read models in %s',
  (name, { shelfIn, events, writtenMax }) => {
    let dataDir: string;
    let ledger: EventStore;
    const stops: (() => Promise<void>)[] = [];
    beforeEach(async () => {
      dataDir = mkdtempSync(join(tmpdir(), 'flightdeck-rebuild-'));
      ledger = await lmdbEventStore(join(dataDir, 'ledger'));
      await createLedger(ledger);
      await appendTraffic(ledger, 0, events);
      await quarantined(ledger, 5);
    });
    afterEach(async () => {
      for (const stop of stops.splice(0).reverse()) await stop();
      await ledger.close();
      rmSync(dataDir, { recursive: true, force: true });
    });

    /** A binary that folds these versions, started over the same data. */
    async function start(versions: readonly FoldVersion[]) {
      const shelf = shelfIn(dataDir);
      await shelf.takeOver();
      const { generation, version } = await toServe(shelf, versions, NOW);
      const onFault = (error: unknown): never => {
        throw error;
      };
      const open: ConstructorParameters<typeof Rebuilds>[0]['open'] = async (of, by) =>
        Served.open(shelf.open(of), by, of, { onFault });
      const live = new LiveProjection(await open(generation, version));
      await shelf.serve(generation);
      const logger = { info: () => undefined, error: () => undefined };
      const rebuilds = new Rebuilds({
        ...{ live, ledger, shelf, versions, open, logger },
        ...{ clock: () => Date.parse(NOW), monotonicMs: () => performance.now() },
      });
      const stopping = new AbortController();
      const following = [ADS_SOURCE, QUARANTINE_SOURCE].map(async (source) => {
        const from = live.checkpoint(source as 'ads') ?? 'start';
        for await (const batch of ledger.follow({ prefix: `${source}-` }, from, stopping.signal))
          await live.fold(source as 'ads', batch);
      });
      const stop = async (): Promise<void> => {
        await rebuilds.close();
        stopping.abort();
        await Promise.all(following);
        await live.current.close();
        await shelf.close();
      };
      stops.push(stop);
      const stopNow = async (): Promise<void> => {
        stops.splice(stops.indexOf(stop), 1);
        await stop();
      };
      return { shelf, live, rebuilds, stop: stopNow };
    }

    async function ended(rebuilds: Rebuilds): Promise<RebuildResponse> {
      for (;;) {
        const { rebuild } = await rebuilds.status();
        if (rebuild !== null && rebuild.finishedAt !== null) return rebuild;
        await new Promise(setImmediate);
      }
    }

    async function digest(store: ReadModelStore): Promise<string> {
      return digestOf(await digestLines(store, TABLES));
    }

    /** What the ledger comes to by a version, folded from nothing. */
    async function fresh(version: FoldVersion): Promise<string> {
      const store = lmdbReadModels(mkdtempSync(join(dataDir, 'fresh-')));
      const projector = await Projector.open(store, { version, onFault: () => undefined });
      for (const source of [ADS_SOURCE, QUARANTINE_SOURCE]) {
        for await (const batch of ledger.follow(
          { prefix: `${source}-` },
          'start',
          new AbortController().signal,
        )) {
          await (source === ADS_SOURCE ? projector.foldAds(batch) : projector.foldQuarantine(batch));
          if (batch.caughtUp) break;
        }
      }
      await projector.close();
      const found = await digest(store);
      await store.close();
      return found;
    }

    /** What is served, once everything that is stored is folded. */
    async function served({ live }: { readonly live: LiveProjection }): Promise<string> {
      const heads = await headsOf(ledger);
      for (;;) {
        const { partitions } = await live.readModels.quality();
        const isFolded = partitions.every(
          ({ partition, revision }) => revision >= (heads.get(STREAM.ads(partition)) ?? -1),
        );
        if (partitions.length > 0 && isFolded && live.progress().caughtUp) break;
        await new Promise(setImmediate);
      }
      await live.current.projector.flush();
      return digest(live.current.store);
    }

    it('swaps under load: every read is answered, no event is lost or counted twice', async () => {
      const binary = await start([FIRST]);
      const begun = await binary.rebuilds.rebuild('tester');
      expect(begun).toMatchObject({ ok: true });
      expect(await binary.rebuilds.rebuild('tester')).toMatchObject({ ok: false, code: 'rebuild-running' });
      const over = new AbortController();
      let reads = 0;
      const reading = (async () => {
        let seen = 0;
        while (!over.signal.aborted) {
          const [figures] = await binary.live.readModels.figures(
            [{ campaignId: 'c-0', day: '2026-11-22' }],
            Date.parse(NOW),
          );
          expect(figures?.lifetime.events ?? 0).toBeGreaterThanOrEqual(seen); // never back, also not by the swap
          seen = figures?.lifetime.events ?? 0;
          reads += 1;
          await new Promise(setImmediate);
        }
      })();
      let appended = events;
      const writing = (async () => {
        for (; appended < events + writtenMax && !over.signal.aborted; appended += 100)
          await appendTraffic(ledger, appended, 100);
      })();
      const done = await ended(binary.rebuilds);
      over.abort();
      await Promise.all([reading, writing]);
      expect(done).toMatchObject({ state: 'done', comparison: { different: 0, missing: 0, extra: 0 } });
      expect(done.comparison?.same).toBeGreaterThan(20);
      expect(reads).toBeGreaterThan(0);
      expect(appended).toBeGreaterThan(events);
      expect(await served(binary)).toBe(await fresh(FIRST));
      expect(await binary.shelf.read()).toMatchObject({ current: { name: 'g2' }, kept: [{ name: 'g1' }] });
    });

    it('is begun by a binary whose folds have changed; forward and back the digests are identical', async () => {
      const old = await start([FIRST]);
      const first = await served(old);
      await old.stop();
      const changed = await start([FIRST, SECOND]);
      expect(changed.live.current.version).toBe(1); // serves at once what there is
      await changed.rebuilds.start();
      const done = await ended(changed.rebuilds);
      expect(done).toMatchObject({ state: 'done', requestedBy: 'start', fromVersion: 1, toVersion: 2 });
      expect(done.comparison?.differences[0]?.fields).toContain('sivt');
      expect(await served(changed)).toBe(await fresh(SECOND));
      await appendTraffic(ledger, events, 300);
      expect(await changed.rebuilds.rollback('tester')).toMatchObject({ ok: true });
      expect(await ended(changed.rebuilds)).toMatchObject({ state: 'done', kind: 'rollback', toVersion: 1 });
      expect(await served(changed)).toBe(await fresh(FIRST));
      expect(await served(changed)).not.toBe(first); // the 300 are in it
      await changed.rebuilds.rollback('tester');
      await ended(changed.rebuilds);
      expect(await served(changed)).toBe(await fresh(SECOND));
      await changed.stop();
      const older = await start([FIRST]); // the older binary knows what it kept
      expect(older.live.current.version).toBe(1);
      expect(await served(older)).toBe(await fresh(FIRST));
    });

    it('finds a row that was edited or removed by hand, and mends it', async () => {
      const binary = await start([FIRST]);
      await served(binary);
      await binary.stop();
      const store = binary.shelf.open(binary.live.current.generation);
      const [row] = await store.range('campaign-spend@1', { from: '', to: '\uffff', max: 1 });
      const value = Buffer.from(row?.value ?? []);
      value.writeDoubleLE(value.readDoubleLE(8) + 1, 8); // one impression more
      const { key = '', partition = 0, revision = 0 } = row ?? {};
      const removed = { table: 'campaign-spend@1', key, partition, revision: revision + 1, value: null };
      await store.commit(await store.takeOver(), { rows: [removed], checkpoints: {} });
      // In DynamoDB the row that was removed keeps its place, and refuses what has seen less.
      const kind = name === 'lmdb' ? 'different' : 'missing';
      const edited = { table: 'campaign-spend@1', key, partition, revision, value };
      await store.commit(await store.takeOver(), { rows: [edited], checkpoints: {} });
      await store.close();
      const again = await start([FIRST]);
      await served(again);
      await again.rebuilds.rebuild('tester');
      const { comparison } = await ended(again.rebuilds);
      expect(comparison?.differences).toMatchObject([{ key: 'c-0', kind }]);
      if (kind === 'different') expect(comparison?.differences[0]?.fields).toEqual(['impressions']);
      expect(await served(again)).toBe(await fresh(FIRST));
    });

    it('that is stopped leaves everything as it was', async () => {
      const binary = await start([FIRST]);
      await binary.rebuilds.rebuild('tester');
      await binary.rebuilds.cancel();
      expect((await binary.rebuilds.status()).rebuild).toMatchObject({ state: 'cancelled' });
      expect(await binary.shelf.read()).toMatchObject({ current: { name: 'g1' }, kept: [] });
      expect(await served(binary)).toBe(await fresh(FIRST));
    });
  },
);
