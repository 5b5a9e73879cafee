import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Metadata, Server, ServerCredentials, status, type ServerWritableStream } from '@grpc/grpc-js';
import type { EventStore, ServableEventStore, StoredEvent } from '@flightdeck/event-store';
import { eventStoreDb } from '@flightdeck/event-store/eventstoredb';
import { lmdbEventStore } from '@flightdeck/event-store/lmdb';
import {
  startLedgerServer,
  userEntry,
  usersIn,
  type LedgerServer,
  type LedgerServerOptions,
} from '../../apps/ledger/src/index.js';

const BATCH = 100;
const BATCHES = 40;
const RESTARTS = 3;

let directory: string;
let served: ServableEventStore;
let server: LedgerServer;
let store: EventStore;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'flightdeck-outages-'));
  served = await lmdbEventStore(join(directory, 'ledger'));
  server = await serve();
  store = eventStoreDb(`esdb://127.0.0.1:${server.port}?tls=false`);
});
afterEach(async () => {
  await store.close();
  await server.close();
  await served.close();
  rmSync(directory, { recursive: true, force: true });
});

describe('a server that goes and comes back', () => {
  it('costs a follower nothing: every event once and in order', async () => {
    await appendBatches();
    const stop = new AbortController();
    const seen: StoredEvent[] = [];
    let restarts = 0;
    for await (const { events } of store.follow({ prefix: 'o-' }, 'start', stop.signal)) {
      seen.push(...events);
      if (seen.length >= BATCH * BATCHES) stop.abort();
      else if (restarts++ < RESTARTS) await restart();
    }
    expect(revisionsOf(seen)).toEqual(allRevisions());
    expect(restarts).toBeGreaterThan(0);
  });

  it('costs a reader nothing', async () => {
    await appendBatches();
    const seen: StoredEvent[] = [];
    for await (const event of store.read('o-0', 'start', { direction: 'forwards', max: Infinity })) {
      seen.push(event);
      if (seen.length % (BATCH * 8) === 0) await restart();
    }
    expect(seen.map(({ revision }) => revision)).toEqual(
      Array.from({ length: (BATCH * BATCHES) / 2 }, (_, i) => i),
    );
  });

  it('lets the same append be sent again, which is written once', async () => {
    const events = newEvents(3);
    await store.append('again', events, 'no-stream');
    await restart();
    const outcome = await untilAnswered(() => store.append('again', events, 'no-stream'));
    expect(outcome).toMatchObject({ ok: true, revision: 2 });
    expect(await lengthOf('again')).toBe(3);
  });

  it('is never told anything by which it would forget: no metadata is written of any stream', async () => {
    await store.append('kept', newEvents(3), 'no-stream');
    await store.append('kept', newEvents(3), 2);
    expect(await systemEventsOf('kept')).toEqual([]);
    // Planted: it would be seen.
    const metadata = [{ ...newEvents(1)[0], type: '$metadata', data: Buffer.from('{"$maxAge":1}') }];
    await served.append('$$kept', metadata as ReturnType<typeof newEvents>, 'no-stream');
    expect(await systemEventsOf('kept')).toEqual(['$$kept']);
  });

  async function restart(): Promise<void> {
    const { port } = server;
    await server.close();
    server = await serve({ port });
  }
});

describe('a node that does not lead', () => {
  it('names the one that does, and reads and followers go there', async () => {
    await appendBatches(2);
    const follower = await nodeThatFollows(server.port);
    const reader = eventStoreDb(`esdb://127.0.0.1:${follower.port}?tls=false`);
    const seen: StoredEvent[] = [];
    for await (const event of reader.read('o-0', 'start', { direction: 'forwards', max: BATCH }))
      seen.push(event);
    expect(seen).toHaveLength(BATCH);
    const stop = new AbortController();
    const followed: StoredEvent[] = [];
    for await (const { events, caughtUp } of reader.follow({ prefix: 'o-' }, 'start', stop.signal)) {
      followed.push(...events);
      if (caughtUp) stop.abort();
    }
    expect(followed).toHaveLength(2 * BATCH);
    expect(follower.asked()).toBeGreaterThan(0);
    await reader.close();
    follower.server.forceShutdown();
  });
});

describe('a server with TLS', () => {
  it('takes the name and the certificate from the connection string', async () => {
    const [cert, key] = certificateIn(directory);
    const users = usersIn(JSON.stringify({ users: [userEntry('ops', 'correct horse')] }));
    const secure = await serve({ tls: { cert: readFileSync(cert), key: readFileSync(key) }, users });
    const at = (login: string): EventStore =>
      eventStoreDb(`esdb://${login}@127.0.0.1:${secure.port}?tls=true&tlsCAFile=${cert}`);
    const ours = at('ops:correct%20horse');
    expect(await ours.append('tls', newEvents(2), 'no-stream')).toMatchObject({ ok: true, revision: 1 });
    const stop = new AbortController();
    let seen = 0;
    for await (const { events, caughtUp } of ours.follow({ prefix: 'tls' }, 'start', stop.signal)) {
      seen += events.length;
      if (caughtUp) stop.abort();
    }
    expect(seen).toBe(2);
    const other = at('ops:wrong');
    await expect(other.append('tls', newEvents(1), 1)).rejects.toThrow();
    const read = async (): Promise<void> => {
      await other.read('tls', 'start', { direction: 'forwards', max: 1 })[Symbol.asyncIterator]().next();
    };
    await expect(read()).rejects.toMatchObject({ code: status.UNAUTHENTICATED });
    await ours.close();
    await other.close();
    await secure.close();
  });
});

function serve(options: Partial<LedgerServerOptions> = {}): Promise<LedgerServer> {
  return startLedgerServer({ store: served, port: 0, onError: () => undefined, ...options });
}

/** Two streams, one batch after the other. */
async function appendBatches(batches = BATCHES): Promise<void> {
  const heads = [-1, -1];
  for (let i = 0; i < batches; i++) {
    const head = heads[i % 2] ?? -1;
    const result = await served.append(`o-${i % 2}`, newEvents(BATCH), head < 0 ? 'no-stream' : head);
    if (result.ok) heads[i % 2] = result.revision;
  }
}

function newEvents(count: number) {
  const data = Buffer.from(JSON.stringify({ filler: 'x'.repeat(400) }));
  return Array.from({ length: count }, () => ({
    ...{ id: randomUUID(), type: 'Sampled', data, metadata: Buffer.from('{}') },
  }));
}

/** Streams of the server's own that say something of a stream. */
async function systemEventsOf(stream: string): Promise<readonly string[]> {
  const streams: string[] = [];
  for await (const event of served.readAll('start', { direction: 'forwards', max: Infinity }))
    if (event.stream === `$$${stream}`) streams.push(event.stream);
  return streams;
}

function revisionsOf(events: readonly StoredEvent[]): readonly string[] {
  return events.map(({ stream, revision }) => `${stream}/${revision}`);
}

function allRevisions(): readonly string[] {
  return Array.from({ length: BATCHES }, (_, batch) =>
    Array.from({ length: BATCH }, (__, i) => `o-${batch % 2}/${Math.floor(batch / 2) * BATCH + i}`),
  ).flat();
}

async function untilAnswered<T>(ask: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      if (attempt === 20) throw error;
    }
  }
}

async function lengthOf(stream: string): Promise<number> {
  let length = 0;
  for await (const { revision } of store.read(stream, 'start', { direction: 'forwards', max: Infinity }))
    length = revision + 1;
  return length;
}

/** A server of the protocol that answers every read as a node of a cluster does that is not its leader. */
async function nodeThatFollows(leaderPort: number) {
  const { StreamsService } = createRequire(import.meta.url)(
    '@eventstore/db-client/generated/streams_grpc_pb.js',
  ) as typeof import('@eventstore/db-client/generated/streams_grpc_pb.js');
  let asked = 0;
  const node = new Server();
  node.addService(StreamsService, {
    read: (call: ServerWritableStream<unknown, unknown>) => {
      asked++;
      const metadata = new Metadata();
      metadata.set('exception', 'not-leader');
      metadata.set('leader-endpoint-host', '127.0.0.1');
      metadata.set('leader-endpoint-port', String(leaderPort));
      const details = 'Another node leads.';
      call.emit('error', Object.assign(new Error(details), { code: status.NOT_FOUND, details, metadata }));
    },
  });
  const port = await new Promise<number>((resolve, reject) => {
    node.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return { port, server: node, asked: () => asked };
}

function certificateIn(folder: string): readonly [cert: string, key: string] {
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-keyout', key, '-out', cert];
  execFileSync('openssl', [...made, ...names], { stdio: 'ignore' });
  return [cert, key];
}
