import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventStore, NewEvent } from '@flightdeck/event-store';
import { eventStoreDb } from '@flightdeck/event-store/eventstoredb';
import { lmdbEventStore } from '@flightdeck/event-store/lmdb';
import { startLedger } from '../libs/testing/src/process/ledger-process.js';
import { percentile, type Figure } from './report.js';

const BATCH = 500;
const STREAMS = 16;
const IN_FLIGHT = 24;
const WRITERS = 64;
const BODY = Buffer.from(JSON.stringify({ eventId: 'e', campaignId: 'c', filler: 'x'.repeat(350) }));
const METADATA = Buffer.from('{"source":"bench"}');

interface Sizes {
  readonly batches: number;
  readonly sequential: number;
  readonly concurrent: number;
  readonly probes: number;
}

/** One way to the ledger measured as every other is. */
interface Measured {
  readonly sequential: number;
  readonly concurrent: number;
  readonly batched: number;
  readonly catchUp: number;
  readonly latencyMs: readonly number[];
}

/** The ledger behind the EventStoreDB protocol, server in a process of its own, beside the same store in process. */
export async function ledgerProtocolBench({ quick }: { readonly quick: boolean }): Promise<Figure[]> {
  const sizes = quick
    ? { batches: 60, sequential: 100, concurrent: 1_000, probes: 100 }
    : { batches: 600, sequential: 1_000, concurrent: 10_000, probes: 1_000 };
  const directory = mkdtempSync(join(tmpdir(), 'flightdeck-protocol-'));
  try {
    const inProcess = await measured(await lmdbEventStore(join(directory, 'own')), sizes);
    const server = await startLedger(join(directory, 'served'));
    const served = await measured(eventStoreDb(server.url), sizes);
    await server.stop('SIGTERM');
    return figures(served, inProcess);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function figures(served: Measured, inProcess: Measured): Figure[] {
  const rate = (
    name: string,
    of: 'sequential' | 'concurrent' | 'batched' | 'catchUp',
    budget = '',
  ): Figure => ({
    name: `ledger protocol: ${name}`,
    value: served[of],
    unit: 'events/s',
    ceiling: { name: 'in process', value: inProcess[of] },
    ...(budget === '' ? {} : { budget }),
  });
  const p = (of: readonly number[], share: number): string => percentile([...of], share).toFixed(2);
  return [
    rate('single appends, one after the other', 'sequential'),
    rate(`single appends, ${WRITERS} at a time`, 'concurrent'),
    rate(`appends of ${BATCH}`, 'batched', '≥ 45,000 events/s'),
    rate('catch-up', 'catchUp'),
    {
      name: 'ledger protocol: append → subscriber, p50',
      value: percentile([...served.latencyMs], 0.5),
      unit: 'ms',
      ceiling: { name: 'in process', value: percentile([...inProcess.latencyMs], 0.5) },
      details: { p99: p(served.latencyMs, 0.99), inProcessP99: p(inProcess.latencyMs, 0.99) },
    },
  ];
}

async function measured(store: EventStore, sizes: Sizes): Promise<Measured> {
  await batched(store, 'warm', Math.ceil(sizes.batches / 4));
  const result = {
    batched: await batched(store, 'batch', sizes.batches),
    sequential: await singles(store, 1, sizes.sequential),
    concurrent: await singles(store, WRITERS, sizes.concurrent),
    catchUp: await catchUp(store),
    latencyMs: await latency(store, sizes.probes),
  };
  await store.close();
  return result;
}

/** Appends of {@link BATCH} at exact revisions, one stream after the other and several in flight. */
async function batched(store: EventStore, name: string, batches: number): Promise<number> {
  const startedAt = performance.now();
  let next = 0;
  const heads = new Map<string, number>();
  const lane = async (number: number): Promise<void> => {
    while (next < batches) {
      next++;
      const stream = `${name}-${number % STREAMS}.${number}`;
      const head = heads.get(stream) ?? -1;
      const result = await store.append(stream, newEvents(BATCH), head < 0 ? 'no-stream' : head);
      if (!result.ok) throw new Error('Nobody else writes to this stream.');
      heads.set(stream, result.revision);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, (_, number) => lane(number)));
  return perSecond(batches * BATCH, startedAt);
}

async function singles(store: EventStore, writers: number, events: number): Promise<number> {
  const startedAt = performance.now();
  const each = Math.ceil(events / writers);
  const writer = async (number: number): Promise<void> => {
    for (let i = 0; i < each; i++) await store.append(`single.${writers}-${number}`, newEvents(1), 'any');
  };
  await Promise.all(Array.from({ length: writers }, (_, number) => writer(number)));
  return perSecond(each * writers, startedAt);
}

async function catchUp(store: EventStore): Promise<number> {
  const stop = new AbortController();
  const startedAt = performance.now();
  let seen = 0;
  for await (const { events, caughtUp } of store.follow({ prefix: 'batch-' }, 'start', stop.signal)) {
    seen += events.length;
    if (caughtUp) stop.abort();
  }
  return perSecond(seen, startedAt);
}

async function latency(store: EventStore, probes: number): Promise<readonly number[]> {
  const stop = new AbortController();
  const sentAt: number[] = [];
  const latencies: number[] = [];
  for await (const { events, caughtUp } of store.follow({ stream: 'probe-1' }, 'start', stop.signal)) {
    const nowMs = performance.now();
    for (const { revision } of events) latencies.push(nowMs - (sentAt[revision] ?? nowMs));
    if (latencies.length >= probes) stop.abort();
    else if (caughtUp && latencies.length === sentAt.length) {
      sentAt.push(performance.now());
      await store.append('probe-1', newEvents(1), 'any');
    }
  }
  return latencies;
}

function newEvents(count: number): NewEvent[] {
  return Array.from({ length: count }, () => ({
    id: randomUUID(),
    type: 'Benched',
    data: BODY,
    metadata: METADATA,
  }));
}

function perSecond(events: number, startedAt: number): number {
  return Math.round((events / (performance.now() - startedAt)) * 1_000);
}
