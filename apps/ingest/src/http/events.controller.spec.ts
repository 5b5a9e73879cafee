import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AD_LEDGER, CAMPAIGN_DIRECTORY, LedgerBusy } from '@flightdeck/ledger';
import {
  AUTHENTICATOR,
  type Authenticator,
  CLOCK,
  createHttpApp,
  createLogger,
  IDEMPOTENCY_STORE,
  LOGGER,
  PlatformModule,
} from '@flightdeck/platform';
import { IngestModule } from '../ingest.module.js';
import { EVENT_CONTENT_TYPES } from '../parse/content-type.js';
import { BODY_BYTES_MAX } from '../parse/limits.js';
import { FixedDirectory, impression, USER_KEYS, NEW_YORK, NOW_MS } from '../testing/fixtures.js';
import { MemoryLedger } from '../testing/memory-ledger.js';

const ledger = new MemoryLedger();
const campaigns = new FixedDirectory();
campaigns.register('c1', NEW_YORK);
const logger = createLogger({ level: 'silent' });
const PERMISSIONS: Readonly<Record<string, readonly string[]>> = {
  system: ['events:send'],
  admin: ['events:send', 'events:backfill'],
  auditor: ['campaigns:read'],
};
const authenticator: Authenticator = {
  authenticate: (token) => {
    const permissions = PERMISSIONS[token];
    return permissions === undefined ? undefined : { id: token, role: token, permissions };
  },
};
/** A planted bug: whoever comes may do everything. */
const openDoor: Authenticator = {
  authenticate: (token) => ({ id: token, role: token, permissions: PERMISSIONS['admin'] ?? [] }),
};
const rawBodies = [
  { pathPrefix: '/v1/events', contentTypes: EVENT_CONTENT_TYPES, bodyLimit: BODY_BYTES_MAX },
];

@Module({})
class Globals {}
@Module({})
class Root {}

/** Ingestion over HTTP on a free port, and where its route is. */
async function start(guard: Authenticator): Promise<{ app: NestFastifyApplication; url: string }> {
  const globals = [
    { provide: AD_LEDGER, useValue: ledger },
    { provide: CAMPAIGN_DIRECTORY, useValue: campaigns },
    { provide: CLOCK, useValue: () => NOW_MS },
    { provide: LOGGER, useValue: logger },
    { provide: AUTHENTICATOR, useValue: guard },
    { provide: IDEMPOTENCY_STORE, useValue: {} },
  ];
  const ingest = IngestModule.register({
    workers: 0,
    userKeys: USER_KEYS,
    recordRedrive: async () => Promise.resolve(),
    onFatal: (error) => {
      throw error;
    },
  });
  const imports = [
    { module: Globals, global: true, providers: globals, exports: globals },
    PlatformModule.register(),
    ingest,
  ];
  const app = await createHttpApp({ module: Root, imports }, { logger, rawBodies });
  await app.listen(0, '127.0.0.1');
  return { app, url: `${await app.getUrl()}/v1/events` };
}

let app: NestFastifyApplication;
let url = '';
beforeAll(async () => {
  ({ app, url } = await start(authenticator));
});
beforeEach(() => {
  ledger.stored.clear();
  ledger.options.length = 0;
  ledger.before = async () => Promise.resolve();
});
afterAll(() => app.close());

async function post(
  payload: string | Buffer,
  given: {
    type?: string;
    token?: string;
    query?: string;
    headers?: Record<string, string>;
    to?: string;
  } = {},
) {
  const response = await fetch(`${given.to ?? url}${given.query ?? ''}`, {
    method: 'POST',
    headers: {
      'content-type': given.type ?? 'application/json',
      authorization: `Bearer ${given.token ?? 'system'}`,
      ...given.headers,
    },
    body: payload,
  });
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: (await response.json()) as Record<string, unknown>,
  };
}
const event = JSON.stringify(impression());

const BACKFILL = '?acceptFrom=2020-01-01T00:00:00Z';

/** How callers fare who may not do what they ask for. */
async function refusals(to: string): Promise<number[]> {
  const asked = [
    { token: 'nobody' },
    { token: 'auditor' },
    { query: BACKFILL },
    { query: '?source=import:x' },
  ];
  const statuses: number[] = [];
  for (const given of asked) statuses.push((await post(event, { ...given, to })).status);
  return statuses;
}

describe('POST /v1/events', () => {
  it.each([
    ['application/json', event],
    ['application/json; charset=utf-8', `[${event}]`],
    ['application/x-ndjson', `${event}\n`],
    [
      'application/cloudevents+json',
      JSON.stringify({ specversion: '1.0', id: '1', source: '/t', type: 'x', data: impression() }),
    ],
    [
      'application/cloudevents-batch+json',
      JSON.stringify([{ specversion: '1.0', id: '1', source: '/t', type: 'x', data: impression() }]),
    ],
  ])('takes %s', async (type, payload) => {
    expect(await post(payload, { type })).toMatchObject({
      status: 200,
      body: { accepted: 1, duplicates: 0, quarantined: 0 },
    });
    expect(await post(payload, { type })).toMatchObject({
      status: 200,
      body: { accepted: 0, duplicates: 1, quarantined: 0 },
    });
  });

  it('says of each event what became of it', async () => {
    const { body } = await post(`[${event},{"type":"win"}]`, { query: '?results=all' });
    expect(body).toMatchObject({
      accepted: 1,
      quarantined: 1,
      results: [
        { index: 0, eventId: 'e1', status: 'accepted' },
        { index: 1, status: 'quarantined', reason: 'schema' },
      ],
    });
    expect((await post('[]', { query: '?results=some' })).status).toBe(400);
  });

  it.each([
    [400, 'malformed-body', '{', 'application/json'],
    [400, 'malformed-body', '['.repeat(100_000), 'application/json'],
    [415, 'unsupported-media-type', event, 'text/plain'],
    [415, 'unsupported-media-type', event, 'application/json; charset=utf-16'],
    [413, 'too-many-events', `[${'{},'.repeat(10_000)}{}]`, 'application/json'],
  ])('answers %d %s', async (status, code, payload, type) => {
    const answer = await post(payload, { type });
    expect(answer).toMatchObject({ status, body: { code } });
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(ledger.stored.size).toBe(0);
  });

  it('refuses an oversized body before it is parsed', async () => {
    expect((await post(Buffer.alloc(BODY_BYTES_MAX + 1, 0x5b))).status).toBe(413);
  });

  it('asks for the permission, and for another to backfill', async () => {
    const query = BACKFILL;
    expect(await refusals(url)).toEqual([401, 403, 403, 403]);
    expect(await post(event, { query })).toMatchObject({
      status: 403,
      body: { permission: 'events:backfill' },
    });
    expect(ledger.stored.size).toBe(0);
    const old = JSON.stringify(impression({ occurredAt: '2020-01-01T00:00:00Z' }));
    expect(await post(old, { query, token: 'admin' })).toMatchObject({ status: 200, body: { accepted: 1 } });
    expect(ledger.options).toEqual([{ acceptFromMs: Date.UTC(2020, 0) }]);
    expect((await post(event, { query: '?acceptFrom=yesterday', token: 'admin' })).status).toBe(400);
    expect((await post(event, { query: '?source=http', token: 'admin' })).status).toBe(400);
  });

  it('would notice a door that lets everybody in (planted)', async () => {
    const open = await start(openDoor);
    expect(await refusals(open.url)).toEqual([200, 200, 200, 200]);
    await open.app.close();
  });

  it('gives an event without an id the one of its Idempotency-Key', async () => {
    const anonymous = (device: string) => JSON.stringify(impression({ eventId: undefined, device }));
    const headers = { 'idempotency-key': 'k1' };
    expect((await post(anonymous('tv'), { headers })).body).toMatchObject({ accepted: 1 });
    expect((await post(anonymous('tv'), { headers })).body).toMatchObject({ duplicates: 1 });
    expect((await post(anonymous('phone'), { headers })).body).toMatchObject({ quarantined: 1 });
    expect((await post(anonymous('phone'), { headers, token: 'admin' })).body).toMatchObject({ accepted: 1 });
  });

  it('says when to come back, and what to do when it could not write', async () => {
    ledger.before = () => Promise.reject(new LedgerBusy(1_500));
    expect(await post(event)).toMatchObject({
      status: 429,
      headers: { 'retry-after': '2' },
      body: { code: 'busy' },
    });
    ledger.before = () => Promise.reject(new Error('planted'));
    const answer = await post(event);
    expect(answer).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(JSON.stringify(answer.body)).not.toContain('planted');
  });
});
