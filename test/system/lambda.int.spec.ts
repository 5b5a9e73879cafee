import { spawn, type ChildProcess } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  dynamoDbAddress,
  PEER_CREDENTIALS,
  profileRow,
  profileTable,
  startDynalite,
  startFlightdeck,
  startLedger,
  type FlightdeckProcess,
  type LedgerProcess,
} from '@flightdeck/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { campaignIdOf, Client, registerCampaign } from '../../bench/load/index.js';

const BUNDLE = 'dist/apps/ingest/lambda/index.mjs';
const BUNDLE_BYTES_MAX = 5 * 1024 * 1024;
const CAMPAIGNS = 4;
const MICROS_PER_EVENT = 1_000;
const SETTLE_ATTEMPTS_MAX = 3_000;
const KILLS = 3;
/** A kill falls after at most so many turns of the event loop. */
const TURNS_MAX = 2_000;
const NOTHING_FAILED = { batchItemFailures: [] };
/** Stands in for the Lambda runtime: an invocation a line, its answer or its error a line. */
const RUNTIME = `
import { createInterface } from 'node:readline';
import { handler } from './index.mjs';
for await (const line of createInterface({ input: process.stdin }))
  console.log(JSON.stringify(await handler(JSON.parse(line)).catch((error) => ({ error: String(error) }))));
process.exit();`;

interface Environment {
  /** Hands over an invocation; undefined when the environment ended before it answered. */
  invoke(records: readonly unknown[]): Promise<unknown>;
  readonly child: ChildProcess;
}

describe('the Lambda function, alone in its directory', () => {
  const directory = mkdtempSync(join(tmpdir(), 'flightdeck-lambda-'));
  const occurredAt = new Date(Date.now() - 60_000).toISOString();
  const environments: ChildProcess[] = [];
  let ledger: LedgerProcess;
  let deck: FlightdeckProcess;
  let client: Client;
  let sent = 0;
  let sequence = 10n ** 55n;

  beforeAll(async () => {
    ledger = await startLedger(join(directory, 'ledger'));
    const dataDir = join(directory, 'deck');
    await start(dataDir);
    for (let i = 0; i < CAMPAIGNS; i += 1) await registerCampaign(client, campaignIdOf(i));
  });
  afterEach(() => {
    for (const child of environments.splice(0)) child.kill('SIGKILL');
  });
  afterAll(async () => {
    client.close();
    await deck.stop('SIGTERM');
    await ledger.stop('SIGTERM');
    rmSync(directory, { recursive: true, force: true });
  });

  it('is one file of less than 5 MB', () => {
    expect(readdirSync('dist/apps/ingest/lambda')).toEqual(['index.mjs']);
    expect(statSync(BUNDLE).size).toBeLessThan(BUNDLE_BYTES_MAX);
  });

  it('counts each event once, handed over again, to another environment, and to two at once', async () => {
    const [one, other] = [cold('one'), cold('other')];
    const records = [...batch(20), ...batch(20)];
    expect(await one.invoke(records)).toEqual(NOTHING_FAILED);
    expect(await one.invoke(records)).toEqual(NOTHING_FAILED);
    expect(await other.invoke(records)).toEqual(NOTHING_FAILED);
    const both = batch(50);
    const answers = await Promise.all([one.invoke(both), other.invoke(both)]);
    expect(answers).toEqual([NOTHING_FAILED, NOTHING_FAILED]);
    expect(await settled()).toBe(sent * MICROS_PER_EVENT);
  });

  it('knows a campaign that was registered while it slept', async () => {
    const warm = cold('warm');
    expect(await warm.invoke(batch(1))).toEqual(NOTHING_FAILED);
    await registerCampaign(client, 'later');
    const price = { model: 'CPC', micros: MICROS_PER_EVENT, currency: 'USD' };
    const event = { eventId: 'later-1', type: 'click', campaignId: 'later', occurredAt, price };
    expect(await warm.invoke([record(JSON.stringify(event))])).toEqual(NOTHING_FAILED);
    for (let n = 0; n < SETTLE_ATTEMPTS_MAX && (await spentOf('later')) === 0; n += 1)
      await new Promise((next) => setTimeout(next, 10));
    expect(await spentOf('later')).toBe(MICROS_PER_EVENT);
  });

  it('writes what is known of users beside their events', async () => {
    Object.assign(process.env, PEER_CREDENTIALS);
    const peer = await startDynalite();
    const table = await profileTable(peer, 'profiles');
    await table.put(profileRow('known', { segment: { S: 'sports' } }));
    const profiled = cold('profiled', undefined, {
      ...{ ...PEER_CREDENTIALS, FLIGHTDECK_PROFILES: dynamoDbAddress(peer, table.name) },
    });
    const of = (n: number) => ({
      ...{ eventId: `profiled-${n}`, type: 'click', campaignId: 'profiled', occurredAt, userId: 'known' },
    });
    const path = '/v1/audit/events?campaignId=profiled&order=backwards&limit=1';
    let profile: unknown = 'unknown'; // as the first may be, while the connection is made
    for (let n = 0; n < SETTLE_ATTEMPTS_MAX && profile === 'unknown'; n += 1) {
      expect(await profiled.invoke([record(JSON.stringify(of(n)))])).toEqual(NOTHING_FAILED);
      const { items } = await client.json<{ items: { data: { enriched: { profile: unknown } } }[] }>(
        'GET',
        path,
      );
      profile = items[0]?.data.enriched.profile;
    }
    expect(profile).toEqual({ segment: 'sports' });
    table.close();
    await peer.close();
  });

  it(`begins from the index of a process, killed ${KILLS} times while it writes it, and counts each event once`, async () => {
    const from = join(directory, 'deck');
    const all: unknown[] = [];
    for (let kill = 0; kill < KILLS; kill += 1) {
      const records = batch(400);
      all.push(...records);
      expect(await cold(`before-${kill}`).invoke(records)).toEqual(NOTHING_FAILED);
      for (let n = 0; n < SETTLE_ATTEMPTS_MAX && published(from) < all.length / 2; n += 1)
        await new Promise((next) => setTimeout(next, 1));
      await deck.stop('SIGKILL');
      client.close();
      const begun = cold(`begun-${kill}`, undefined, { FLIGHTDECK_INDEX_FROM: from });
      expect(await begun.invoke(all)).toEqual(NOTHING_FAILED);
      expect(linked(`begun-${kill}`)).toBeGreaterThan(0);
      await start(from);
    }
    const campaigns = join(from, 'index', 'campaigns.fdix');
    for (let n = 0; n < SETTLE_ATTEMPTS_MAX && !existsSync(campaigns); n += 1)
      await new Promise((next) => setTimeout(next, 1));
    expect(existsSync(campaigns)).toBe(true);
    expect(await settled()).toBe(sent * MICROS_PER_EVENT);
  }, 120_000);

  it('begins without an index where there is none', async () => {
    const lost = cold('no-index', undefined, { FLIGHTDECK_INDEX_FROM: join(directory, 'nowhere') });
    expect(await lost.invoke(batch(1))).toEqual(NOTHING_FAILED);
    expect(await settled()).toBe(sent * MICROS_PER_EVENT);
  });

  it('puts what is no event into quarantine, and lets it block nothing', async () => {
    expect(await cold('poison').invoke([record('not json'), ...batch(1)])).toEqual(NOTHING_FAILED);
    expect(await settled()).toBe(sent * MICROS_PER_EVENT);
    const { items } = await client.json<{ items: { source: string }[] }>('GET', '/v1/quarantine?limit=10');
    expect(items.map(({ source }) => source)).toEqual(['kinesis:ads']);
  });

  it(`counts each event once when ${KILLS} environments are killed at random moments and the batches come again`, async () => {
    const next = cold('next');
    for (let kill = 0; kill < KILLS; kill += 1) {
      const killed = cold(`killed-${kill}`);
      await killed.invoke(batch(1)); // warm: what dies has its hands full
      const records = batch(400);
      const answer = killed.invoke(records);
      const turns = Math.floor(Math.random() * TURNS_MAX);
      for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      killed.child.kill('SIGKILL');
      expect([undefined, NOTHING_FAILED]).toContainEqual(await answer);
      expect(await next.invoke(records)).toEqual(NOTHING_FAILED);
    }
    expect(await settled()).toBe(sent * MICROS_PER_EVENT);
  }, 120_000);

  it('makes no keys of its own where the shared ones are missing', async () => {
    const lost = cold('lost', join(directory, 'nowhere', 'user-keys'));
    expect(await lost.invoke(batch(0))).toEqual({ error: expect.stringContaining('no user keys') });
  });

  it('would be seen to count twice if a record’s place made its identity (planted)', async () => {
    const events = [{ ...eventOf(sent), eventId: undefined }];
    const environment = cold('planted');
    for (let time = 0; time < 2; time += 1)
      await environment.invoke(events.map((event) => record(JSON.stringify(event))));
    sent += 1;
    expect(await settled(sent + 1)).not.toBe(sent * MICROS_PER_EVENT);
  });

  async function start(dataDir: string): Promise<void> {
    const env = { FLIGHTDECK_EVENTSTORE: ledger.url, FLIGHTDECK_INDEX_SECONDS: '1' };
    deck = await startFlightdeck({ dataDir, env });
    client = new Client(deck.url, deck.adminToken);
  }

  /** Ids in the files of a process's index that no other file covers, at least. */
  function published(dataDir: string): number {
    const index = join(dataDir, 'index');
    const reached = readdirSync(index)
      .filter((stream) => stream.startsWith('ads-'))
      .map((stream) =>
        Math.max(
          0,
          ...readdirSync(join(index, stream)).map(
            (file) => Number(/-(\d+)\.idx$/u.exec(file)?.[1] ?? -1) + 1,
          ),
        ),
      );
    return reached.reduce((sum, ids) => sum + ids, 0);
  }

  /** Files of another process that an environment still uses. */
  function linked(name: string): number {
    const index = join(directory, 'environments', name, 'tmp', 'index');
    const entries = readdirSync(index, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isSymbolicLink()).length;
  }

  function cold(
    name: string,
    keys = join(directory, 'deck', 'user-keys'),
    env: Readonly<Record<string, string>> = {},
  ): Environment {
    const cwd = join(directory, 'environments', name);
    mkdirSync(cwd, { recursive: true });
    copyFileSync(BUNDLE, join(cwd, 'index.mjs'));
    const child = spawn(process.execPath, ['--input-type=module', '-e', RUNTIME], {
      cwd,
      env: {
        FLIGHTDECK_EVENTSTORE: ledger.url,
        FLIGHTDECK_USER_KEYS_FILE: keys,
        FLIGHTDECK_INDEX_DIR: join(cwd, 'tmp'),
        ...env,
      },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    environments.push(child);
    child.stdin.on('error', () => undefined); // it may be killed while it is written to
    const lines = createInterface({ input: child.stdout });
    return {
      child,
      invoke: (records) =>
        new Promise((resolve) => {
          const ended = (): void => resolve(undefined);
          lines.once('close', ended);
          lines.once('line', (line) => {
            lines.off('close', ended);
            resolve(JSON.parse(line));
          });
          child.stdin.write(`${JSON.stringify({ Records: records })}\n`);
        }),
    };
  }

  function eventOf(index: number) {
    return {
      ...{ eventId: `e${index}`, type: 'click', campaignId: campaignIdOf(index % CAMPAIGNS), occurredAt },
      price: { model: 'CPC', micros: MICROS_PER_EVENT, currency: 'USD' },
    };
  }

  function batch(count: number): readonly unknown[] {
    return Array.from({ length: count }, () => record(JSON.stringify(eventOf(sent++))));
  }

  function record(data: string): unknown {
    const sequenceNumber = String(sequence++);
    return {
      kinesis: { kinesisSchemaVersion: '1.0', sequenceNumber, data: Buffer.from(data).toString('base64') },
      ...{ eventSource: 'aws:kinesis', eventID: `shardId-000000000000:${sequenceNumber}` },
      eventSourceARN: 'arn:aws:kinesis:us-east-1:123456789012:stream/ads',
    };
  }

  async function spentOf(campaignId: string): Promise<number> {
    const { spend } = await client.json<{ spend: { lifetimeMicros: number } }>(
      'GET',
      `/v1/campaigns/${campaignId}/pacing`,
    );
    return spend.lifetimeMicros;
  }

  /** What all campaigns have spent, once it is at least what so many events cost. */
  async function settled(events = sent): Promise<number> {
    let spent = 0;
    for (let attempt = 0; attempt < SETTLE_ATTEMPTS_MAX; attempt += 1) {
      spent = 0;
      for (let i = 0; i < CAMPAIGNS; i += 1) spent += await spentOf(campaignIdOf(i));
      if (spent >= events * MICROS_PER_EVENT) break;
    }
    return spent;
  }
});
