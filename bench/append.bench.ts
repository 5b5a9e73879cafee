import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { open } from 'lmdb';
import type { EventStore, NewEvent } from '@flightdeck/event-store';
import { lmdbEventStore } from '@flightdeck/event-store/lmdb';

export const EVENTS_PER_APPEND = 500;
export const STREAMS = 16;
const EVENT_BYTES = 420;
const WARM_ROUNDS = 10;
export const WARM_EVENTS = WARM_ROUNDS * STREAMS * EVENTS_PER_APPEND;

interface Measured {
  readonly name: string;
  readonly eventsPerSecond: number;
}

/**
 * Appends of 500 events of 420 bytes to 16 streams at a time, durable, in process; beside bare LMDB that puts the same events one
 * by one, 500 to a durable transaction, in the same run.
 */
export async function appendBench({
  quick,
}: {
  readonly quick: boolean;
}): Promise<Measured & { readonly ceiling: Measured; readonly ratio: number }> {
  const rounds = quick ? 10 : 100;
  const ours = await inDirectory((directory) => appended(directory, rounds));
  const bare = await inDirectory((directory) => put(directory, rounds));
  return {
    name: 'append, batches of 500 to 16 streams',
    eventsPerSecond: ours,
    ceiling: { name: 'bare LMDB, a put per event, 500 a transaction', eventsPerSecond: bare },
    ratio: ours / bare,
  };
}

export async function inDirectory<T>(measure: (directory: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'flightdeck-append-'));
  try {
    return await measure(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Events a second that were appended, durable, after as many as {@link WARM_EVENTS}; `beside` is awaited between the two. */
export async function appended(
  directory: string,
  rounds: number,
  beside?: () => Promise<void>,
): Promise<number> {
  const store = await lmdbEventStore(directory);
  const batches = Array.from({ length: (WARM_ROUNDS + rounds) * STREAMS }, () => events());
  await appendRounds(store, batches, 0, WARM_ROUNDS);
  await beside?.();
  const startedAt = performance.now();
  await appendRounds(store, batches, WARM_ROUNDS, WARM_ROUNDS + rounds);
  const seconds = (performance.now() - startedAt) / 1000;
  await store.close();
  return (rounds * STREAMS * EVENTS_PER_APPEND) / seconds;
}

async function appendRounds(
  store: EventStore,
  batches: readonly (readonly NewEvent[])[],
  from: number,
  to: number,
): Promise<void> {
  for (let round = from; round < to; round++) {
    const expected = round === 0 ? 'no-stream' : round * EVENTS_PER_APPEND - 1;
    const appends = Array.from({ length: STREAMS }, (_, stream) =>
      store.append(`ads-${stream}`, batches[round * STREAMS + stream] ?? [], expected),
    );
    for (const result of await Promise.all(appends))
      if (!result.ok) throw new Error('An append lost a race with nobody.');
  }
}

function events(): NewEvent[] {
  const data = Buffer.alloc(EVENT_BYTES, 'x');
  const metadata = Buffer.from('{}');
  return Array.from({ length: EVENTS_PER_APPEND }, () => ({
    id: randomUUID(),
    type: 'ImpressionRecorded',
    data,
    metadata,
  }));
}

async function put(directory: string, rounds: number): Promise<number> {
  const root = open<Buffer, number>({
    path: directory,
    encoding: 'binary',
    noSubdir: false,
    overlappingSync: false,
  });
  const value = Buffer.alloc(EVENT_BYTES, 'x');
  const transactions = rounds * STREAMS;
  const startedAt = performance.now();
  let key = 0;
  for (let transaction = 0; transaction < transactions; transaction++) {
    await root.batch(() => {
      for (let i = 0; i < EVENTS_PER_APPEND; i++) void root.put(key++, value);
    });
  }
  const seconds = (performance.now() - startedAt) / 1000;
  await root.close();
  return (transactions * EVENTS_PER_APPEND) / seconds;
}
