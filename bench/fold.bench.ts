import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventStore } from '@flightdeck/event-store';
import { lmdbEventStore } from '@flightdeck/event-store/lmdb';
import { Projector } from '@flightdeck/read-models';
import { lmdbReadModels } from '@flightdeck/read-models/lmdb';
import { fill, PARTITIONS, recorded } from './load/ledger.js';

const EVENTS = 1_000_000;
const EVENTS_QUICK = 100_000;
const PARSED_FOR_CEILING = 100_000;

export interface FoldBench {
  readonly name: string;
  readonly eventsPerSecond: number;
  readonly ceiling: { readonly name: string; readonly eventsPerSecond: number };
  /** Of the ceiling. */
  readonly ratio: number;
}

/** A ledger of mixed ad events replayed into fresh read models, all projections on, beside JSON.parse of the same events. */
export async function foldBench({ quick }: { readonly quick: boolean }): Promise<FoldBench> {
  const events = quick ? EVENTS_QUICK : EVENTS;
  const directory = mkdtempSync(join(tmpdir(), 'flightdeck-fold-'));
  try {
    const ledger = await lmdbEventStore(join(directory, 'ledger'));
    await fill(ledger, events);
    const eventsPerSecond = await replay(ledger, join(directory, 'read-models'), events);
    await ledger.close();
    const ceiling = { name: 'JSON.parse', eventsPerSecond: parseRate() };
    return {
      name: 'replay into fresh read models',
      eventsPerSecond,
      ceiling,
      ratio: eventsPerSecond / ceiling.eventsPerSecond,
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function replay(ledger: EventStore, directory: string, events: number): Promise<number> {
  const store = lmdbReadModels(directory);
  const projector = await Projector.open(store, { onFault: rethrow });
  const stop = new AbortController();
  const startedAt = performance.now();
  for await (const batch of ledger.follow({ prefix: 'ads-' }, 'start', stop.signal)) {
    await projector.foldAds(batch);
    if (projector.eventsFolded === events) stop.abort();
  }
  await projector.close();
  const seconds = (performance.now() - startedAt) / 1_000;
  await store.close();
  return events / seconds;
}

function rethrow(error: unknown): void {
  throw error instanceof Error ? error : new Error(String(error));
}

function parseRate(): number {
  const texts = Array.from({ length: PARSED_FOR_CEILING }, (_, n) => recorded(n, n % PARTITIONS).data);
  let fields = 0;
  const startedAt = performance.now();
  for (const bytes of texts) {
    const event = JSON.parse(
      Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(),
    ) as object;
    if ('type' in event) fields += 1;
  }
  return fields / ((performance.now() - startedAt) / 1_000);
}
