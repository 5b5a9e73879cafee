import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { STREAM } from '@flightdeck/contracts';
import type { EventStore } from '@flightdeck/event-store';
import { lmdbEventStore } from '@flightdeck/event-store/lmdb';
import { FOLD_VERSIONS, Projector } from '@flightdeck/read-models';
import { lmdbReadModels } from '@flightdeck/read-models/lmdb';
import { foldInWorkers } from '../apps/projector/src/replay/fold-in-workers.js';
import { eventsIn, fill, PARTITIONS, recorded } from './load/ledger.js';
import type { Figure } from './report.js';

const EVENTS = 1_000_000;
const EVENTS_QUICK = 100_000;
const PARSED_FOR_CEILING = 100_000;

/** Built beside this bundle: the worker that replays fold partitions in. */
const WORKER_URL = new URL('../apps/projector/replay-worker.js', import.meta.url);
const WORKERS = 2;
const ONE_CORE = '≥ 350,000 events/s on one core';
const TWO_CORES = '≥ 500,000 events/s on two cores';

/**
 * A ledger of mixed ad events replayed into fresh read models, all projections on: as the projector does it, and partition by
 * partition in workers as a replay does it. Beside JSON.parse of the same events on one core.
 */
export async function foldBench({ quick }: { readonly quick: boolean }): Promise<Figure[]> {
  const events = quick ? EVENTS_QUICK : EVENTS;
  const directory = mkdtempSync(join(tmpdir(), 'flightdeck-fold-'));
  try {
    const ledger = await lmdbEventStore(join(directory, 'ledger'));
    await fill(ledger, events);
    const ceiling = { name: 'JSON.parse', value: parseRate() };
    const figure = (name: string, value: number, budget: string): Figure => ({
      ...{ name, value, unit: 'events/s', ceiling, budget },
    });
    const one = await replay(ledger, join(directory, 'read-models'), events);
    const two = await replayInWorkers(directory, events);
    await ledger.close();
    return [
      figure('replay into fresh read models, one thread', one, ONE_CORE),
      figure('replay of partitions in two workers', two, TWO_CORES),
    ];
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The start of the workers counts. */
async function replayInWorkers(directory: string, events: number): Promise<number> {
  const place = {
    eventStore: 'lmdb:',
    ledgerDirectory: join(directory, 'ledger'),
    partitionsDirectory: join(directory, 'partitions'),
  };
  const ranges = Array.from({ length: PARTITIONS }, (_, partition) => ({
    partition,
    ads: { stream: STREAM.ads(partition), from: 0, to: eventsIn(partition, events) - 1 },
    quarantine: { stream: STREAM.quarantine(partition), from: 0, to: -1 },
  }));
  const version = FOLD_VERSIONS.at(-1);
  if (version === undefined) throw new Error('There is a version of the folds.');
  let folded = 0;
  const startedAt = performance.now();
  const fold = foldInWorkers(WORKER_URL, place, WORKERS);
  await fold(ranges, version, (count) => (folded += count), new AbortController().signal);
  const seconds = (performance.now() - startedAt) / 1_000;
  if (folded !== events) throw new Error(`${folded} of ${events} events were folded.`);
  return events / seconds;
}

/** Events a second of the bare replay of a ledger's ad events into fresh read models. */
export async function replay(ledger: EventStore, directory: string, events: number): Promise<number> {
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
