import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { RECORDED_TYPE } from '@flightdeck/domain';
import { EVENT_STORE, type EventStore, type NewEvent } from '@flightdeck/event-store';
import { lmdbEventStore } from '@flightdeck/event-store/lmdb';
import { CLOCK, createLogger, Health, LOGGER, Metrics } from '@flightdeck/platform';
import { READ_MODELS, type ReadModels } from '@flightdeck/read-models';
import { ProjectorModule, ProjectorStatus, projectorTransport } from './index.js';

const NOW = '2026-11-22T12:00:00.000Z';
const NOW_MS = Date.parse(NOW);

describe('the projector app', () => {
  let directory: string;
  let ledger: EventStore;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'flightdeck-projector-app-'));
    ledger = await lmdbEventStore(join(directory, 'ledger'));
  });
  afterEach(async () => {
    await ledger.close();
    await rm(directory, { recursive: true, force: true });
  });

  async function start() {
    const globals = [
      { provide: EVENT_STORE, useValue: ledger },
      { provide: CLOCK, useValue: () => NOW_MS },
      { provide: LOGGER, useValue: createLogger({ level: 'silent' }) },
      Health,
      Metrics,
    ];
    @Module({ providers: globals, exports: [EVENT_STORE, CLOCK, LOGGER, Health, Metrics] })
    class GlobalsModule {}
    const faults: unknown[] = [];
    const onFault = (error: unknown): void => void faults.push(error);
    const projector = ProjectorModule.register({ directory: join(directory, 'read-models'), onFault });
    const testing = await Test.createTestingModule({
      imports: [{ module: GlobalsModule, global: true }, projector],
    }).compile();
    const app = testing.createNestApplication(new FastifyAdapter());
    app.useLogger(false);
    app.connectMicroservice({ strategy: projectorTransport(app, onFault) });
    await app.startAllMicroservices();
    return { app, faults, readModels: app.get<ReadModels>(READ_MODELS), status: app.get(ProjectorStatus) };
  }

  it('folds what the ledger holds, then what it gets, and tells how far it is', async () => {
    await append(ledger, 'ads-00', -1, [click('c1', 0), click('c2', 1)]);
    const { app, readModels, status, faults } = await start();
    await caughtUp(readModels);
    expect(app.get(Health).check()).toMatchObject({ ready: true });
    const stop = new AbortController();
    const changes = readModels.changes(stop.signal)[Symbol.asyncIterator]();
    await append(ledger, 'ads-00', 1, [click('c1', 2)]);
    expect((await changes.next()).value).toMatchObject({ campaignIds: ['c1'] });
    expect(await clicks(readModels)).toBe(2);
    expect(status.snapshot()).toMatchObject({ caughtUp: true, eventsFolded: 3, lagMs: 0 });
    expect((await app.get(Metrics).text()).body).toContain('flightdeck_projection_events 3');
    stop.abort();
    await app.close();
    expect(faults).toEqual([]);
  });

  it('goes on exactly where it stopped', async () => {
    await append(ledger, 'ads-00', -1, [click('c1', 0)]);
    const first = await start();
    await caughtUp(first.readModels);
    await first.app.close();
    await append(ledger, 'ads-00', 0, [click('c1', 1)]);
    const second = await start();
    await caughtUp(second.readModels);
    expect(await clicks(second.readModels)).toBe(2);
    expect(second.status.snapshot().eventsFolded).toBe(1);
    await second.app.close();
  });

  it('says why it cannot go on', async () => {
    await append(ledger, 'ads-00', -1, [{ ...click('c1', 0), data: Buffer.from('{"not":"an ad event"}') }]);
    const { app, faults } = await start();
    await until(() => faults.length > 0);
    expect(faults[0]).toBeInstanceOf(Error);
    expect(app.get(Health).check().ready).toBe(false);
    await app.close();
  });
});

function click(campaignId: string, n: number): NewEvent {
  const event = {
    eventId: `e${n}`,
    type: 'click',
    occurredAt: NOW,
    campaignId,
    enriched: { day: '2026-11-22' },
  };
  const metadata = { source: 'http', receivedAt: NOW, payloadHash: '0123456789abcdef' };
  return {
    id: `00000000-0000-5000-8000-00000000000${n}`,
    type: RECORDED_TYPE.click,
    data: Buffer.from(JSON.stringify(event)),
    metadata: Buffer.from(JSON.stringify(metadata)),
  };
}

async function append(
  ledger: EventStore,
  stream: string,
  head: number,
  events: readonly NewEvent[],
): Promise<void> {
  expect(await ledger.append(stream, events, head < 0 ? 'no-stream' : head)).toMatchObject({ ok: true });
}

async function clicks(readModels: ReadModels): Promise<number | undefined> {
  const [figures] = await readModels.figures([{ campaignId: 'c1', day: '2026-11-22' }], NOW_MS);
  return figures?.lifetime.clicks;
}

function caughtUp(readModels: ReadModels): Promise<void> {
  return until(() => readModels.progress().caughtUp);
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(setImmediate);
}
