import {
  BACKTEST_RUNNER,
  EVENT_INTAKE,
  PROJECTION_REBUILDS,
  REDRIVE,
  REPLAY_RUNNER,
  STREAM,
  SYSTEM_PROBE,
  uuidv5,
  type BacktestRunner,
  type ReplayRunner,
  type Role,
} from '@flightdeck/contracts';
import { formatInstant, type Approvals, type CommandEvent, type RecordedAdEvent } from '@flightdeck/domain';
import { EVENT_STORE, type EventStore } from '@flightdeck/event-store';
import { lmdbEventStore } from '@flightdeck/event-store/lmdb';
import { ADVERTISER_DIRECTORY, CAMPAIGN_DIRECTORY, partitionOf } from '@flightdeck/ledger';
import { CLOCK, createHttpApp, createLogger, LOGGER, PlatformModule, type Clock } from '@flightdeck/platform';
import { PROOF_LOG } from '@flightdeck/proof';
import { projectedReadModels, Projector, READ_MODELS, type ReadModels } from '@flightdeck/read-models';
import { lmdbReadModels } from '@flightdeck/read-models/lmdb';
import { Module, type DynamicModule } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OidcOptions } from '../api-options.js';
import type { ApiOptions } from '../api-options.js';
import { ApiModule } from '../api.module.js';
import { installOpenApi } from '../openapi/install-open-api.js';
import { client, type Call } from './client.js';
import { followDirectories } from './directories.js';
import { enriched, NOW_MS, QUIET_REBUILDS, QUIET_SYSTEM } from './fixtures.js';
import { keepProofs } from './keep-proofs.js';
import { redriveInto } from './redrive-into.js';

export const ADMIN_TOKEN = 'admin-token-of-the-test-that-is-long-enough';
export const PARTITIONS = 4;
const UUID_NAMESPACE = '6ba7b811-9dad-11d1-80b4-00c04fd430c8';

export interface TestApi {
  readonly url: string;
  readonly app: NestFastifyApplication;
  readonly store: EventStore;
  readonly readModels: ReadModels;
  readonly redriven: string[];
  readonly call: Call;
  /** The token of a key with the role; `admin` is the administrator's own. */
  token(role: Role): Promise<string>;
  /** Appends ad events as the ledger would, and resolves once they are folded. */
  adEvents(...events: readonly TestAdEvent[]): Promise<void>;
  commandEvents(campaignId: string, ...events: readonly CommandEvent[]): Promise<void>;
  quarantine(reason: string, record: string): Promise<string>;
  /** Stops the process's parts and starts them again over the same data. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export type TestAdEvent = Pick<RecordedAdEvent, 'type' | 'campaignId'> & Record<string, unknown>;

interface Parts {
  readonly app: NestFastifyApplication;
  readonly store: EventStore;
  readonly readModels: ReadModels;
  stop(): Promise<void>;
}

export interface TestApiOptions {
  readonly clock?: Clock;
  readonly streamClientsMax?: number;
  readonly approvals?: Approvals;
  readonly userKeys?: ApiOptions['userKeys'];
  readonly legalHold?: boolean;
  readonly backtests?: BacktestRunner;
  readonly oidc?: OidcOptions;
  readonly replays?: ReplayRunner;
}

/** Where a test asks for none. */
const NO_BACKTESTS: BacktestRunner = { run: () => Promise.reject(new Error('This test has no backtests.')) };
const NO_REPLAYS: ReplayRunner = { run: () => Promise.reject(new Error('This test has no replays.')) };

/** The API over the real embedded store and read models, listening on a free port. */
export async function testApi(options: TestApiOptions = {}): Promise<TestApi> {
  const directory = mkdtempSync(join(tmpdir(), 'flightdeck-api-'));
  const redriven: string[] = [];
  let parts = await start(directory, redriven, options);
  let url = await listen(parts.app);
  const tokens = new Map<Role, string>();
  const call: Call = (method, path, request) => client(url)(method, path, { token: ADMIN_TOKEN, ...request });
  return {
    redriven,
    call,
    get url() {
      return url;
    },
    get app() {
      return parts.app;
    },
    get store() {
      return parts.store;
    },
    get readModels() {
      return parts.readModels;
    },
    token: async (role) => {
      const known = tokens.get(role);
      if (known !== undefined) return known;
      const { body } = await call('POST', '/v1/keys', { body: { role, name: `test ${role}` } });
      const { token } = body as { token: string };
      tokens.set(role, token);
      return token;
    },
    adEvents: (...events) => appendAdEvents(parts, events),
    commandEvents: async (campaignId, ...events) => {
      await append(parts.store, STREAM.command(campaignId), events);
    },
    quarantine: async (reason, record) => {
      const data = {
        ...{
          reason,
          detail: 'It is planted.',
          bytesBase64: Buffer.from(record).toString('base64'),
          truncated: false,
        },
        ...{ source: 'http', receivedAt: formatInstant(NOW_MS) },
      };
      const [id] = await append(parts.store, STREAM.quarantine(0), [{ type: 'RecordQuarantined', data }]);
      while ((await parts.readModels.quarantinedById(id ?? '')) === undefined) await turn();
      return id ?? '';
    },
    restart: async () => {
      await parts.stop();
      parts = await start(directory, redriven, options);
      url = await listen(parts.app);
    },
    close: async () => {
      await parts.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function start(directory: string, redriven: string[], options: TestApiOptions): Promise<Parts> {
  const clock = options.clock ?? (() => NOW_MS);
  const store = await lmdbEventStore(join(directory, 'ledger'), { clock });
  const rows = lmdbReadModels(join(directory, 'read-models'));
  const projector = await Projector.open(rows, { onFault: fail });
  const readModels = projectedReadModels(projector);
  const directories = followDirectories(store, fail);
  const stopping = new AbortController();
  const folding = [
    follow(store, 'ads-', projector.checkpoint('ads'), stopping.signal, (batch) => projector.foldAds(batch)),
    follow(store, 'quarantine-', projector.checkpoint('quarantine'), stopping.signal, (batch) =>
      projector.foldQuarantine(batch),
    ),
  ];
  const proofs = await keepProofs(store, join(directory, 'proof'), clock, stopping.signal);
  const ports = TestPorts.with([
    [EVENT_STORE, store],
    [READ_MODELS, readModels],
    [PROOF_LOG, { reader: proofs.reader, state: () => ({ kind: 'kept' }) }],
    [CAMPAIGN_DIRECTORY, directories.campaigns],
    [ADVERTISER_DIRECTORY, directories.advertisers],
    [CLOCK, clock],
    [LOGGER, createLogger({ level: 'silent' })],
    [REDRIVE, redriveInto(redriven)],
    [BACKTEST_RUNNER, options.backtests ?? NO_BACKTESTS],
    [PROJECTION_REBUILDS, QUIET_REBUILDS],
    [REPLAY_RUNNER, options.replays ?? NO_REPLAYS],
    [SYSTEM_PROBE, { snapshot: async () => QUIET_SYSTEM }],
  ]);
  const api = ApiModule.register({
    ...{
      directory: join(directory, 'api'),
      adminToken: ADMIN_TOKEN,
      webhookKey: Buffer.alloc(32, 7),
      userKeys: options.userKeys ?? { directory, name: 'user-keys' },
      legalHold: options.legalHold ?? false,
      version: '0.0.0-test',
      partitions: PARTITIONS,
      approvals: options.approvals ?? 'off',
      oidc: options.oidc,
      onFatal: fail,
    },
    ...(options.streamClientsMax === undefined ? {} : { streamClientsMax: options.streamClientsMax }),
  });
  const root = { module: TestRoot, imports: [ports, PlatformModule.register(), api] };
  const app = await createHttpApp(root, {
    logger: createLogger({ level: 'silent' }),
    rawBodies: [EVENT_INTAKE],
  });
  installOpenApi(app, '0.0.0-test');
  const stop = async (): Promise<void> => {
    await app.close();
    stopping.abort();
    await Promise.all([...folding, proofs.keeping]);
    proofs.reader.close();
    await projector.close();
    await rows.close();
    await directories.close();
    await store.close();
  };
  return { app, store, readModels, stop };
}

@Module({})
class TestRoot {}

@Module({})
class TestPorts {
  static with(ports: readonly (readonly [symbol, unknown])[]): DynamicModule {
    const providers = ports.map(([provide, useValue]) => ({ provide, useValue }));
    return { module: TestPorts, global: true, providers, exports: providers.map(({ provide }) => provide) };
  }
}

async function listen(app: NestFastifyApplication): Promise<string> {
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as { port: number };
  const url = `http://127.0.0.1:${port}`;
  while ((await fetch(`${url}/readyz`)).status !== 200) await turn();
  return url;
}

async function follow(
  store: EventStore,
  prefix: string,
  from: string | undefined,
  signal: AbortSignal,
  fold: Parameters<Projector['foldAds']> extends [infer B] ? (batch: B) => Promise<void> : never,
): Promise<void> {
  for await (const batch of store.follow({ prefix }, from ?? 'start', signal)) await fold(batch);
}

async function append(
  store: EventStore,
  stream: string,
  events: readonly { type: string; data: unknown; metadata?: unknown }[],
): Promise<string[]> {
  const stored = events.map(({ type, data, metadata = {} }) => ({
    ...{ id: randomUUID(), type },
    data: Buffer.from(JSON.stringify(data)),
    metadata: Buffer.from(JSON.stringify(metadata)),
  }));
  const result = await store.append(stream, stored, 'any');
  if (!result.ok) throw new Error('The append was refused.');
  return stored.map(({ id }) => id);
}

async function appendAdEvents({ store, readModels }: Parts, events: readonly TestAdEvent[]): Promise<void> {
  for (const event of events) {
    const occurredAt = (event['occurredAt'] as string | undefined) ?? formatInstant(NOW_MS);
    const data = {
      eventId: randomUUID(),
      occurredAt,
      ...event,
      enriched: enriched(occurredAt, event['enriched']),
    };
    const metadata = {
      source: 'http',
      receivedAt: occurredAt,
      payloadHash: uuidv5(UUID_NAMESPACE, data.eventId).slice(0, 16),
    };
    const stream = STREAM.ads(partitionOf(event.campaignId, PARTITIONS));
    const type = `${event.type.charAt(0).toUpperCase()}${event.type.slice(1)}Recorded`;
    await append(store, stream, [{ type, data, metadata }]);
    const head = await headOf(store, stream);
    const request = { campaignId: event.campaignId, day: occurredAt.slice(0, 10) };
    for (;;) {
      const [figures] = await readModels.figures([request], NOW_MS);
      if (figures !== undefined && figures.position.revision >= head) break;
      await turn();
    }
  }
}

async function headOf(store: EventStore, stream: string): Promise<number> {
  for await (const last of store.read(stream, 'end', { direction: 'backwards', max: 1 }))
    return last.revision;
  return -1;
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function fail(error: unknown): never {
  throw error instanceof Error ? error : new Error(String(error));
}
