import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  PEER_CREDENTIALS,
  PEER_REGION,
  startDynalite,
  startFlightdeck,
  startKinesalite,
  startLedger,
  streamsOf,
  type AwsPeer,
  type FlightdeckProcess,
  type LedgerProcess,
  type Streams,
} from '@flightdeck/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { campaignIdOf, Client, registerCampaign } from '../../bench/load/index.js';

Object.assign(process.env, PEER_CREDENTIALS);

const STREAM = 'ads';
/** Within the first of two shards. */
const QUARTER = 2n ** 126n;
const CAMPAIGNS = 8;
const MICROS_PER_EVENT = 1_000;
const EVENTS_A_BATCH = 50;
const SETTLE_ATTEMPTS_MAX = 3_000;
const PAUSE_MS = 10;

interface Deck {
  readonly dataDir: string;
  process: FlightdeckProcess;
  client: Client;
}

describe('two Flightdecks that share a Kinesis stream over one ledger', () => {
  const directory = mkdtempSync(join(tmpdir(), 'flightdeck-kinesis-'));
  const occurredAt = new Date(Date.now() - 60_000).toISOString();
  let kinesisPeer: AwsPeer;
  let dynamoPeer: AwsPeer;
  let kinesis: Streams;
  let ledger: LedgerProcess;
  let decks: readonly [Deck, Deck];
  let sent = 0;

  beforeAll(async () => {
    [kinesisPeer, dynamoPeer] = await Promise.all([startKinesalite(), startDynalite()]);
    kinesis = streamsOf(kinesisPeer);
    await kinesis.create(STREAM);
    ledger = await startLedger(join(directory, 'ledger'));
    const one = await start(join(directory, 'one'));
    for (let i = 0; i < CAMPAIGNS; i += 1) await registerCampaign(one.client, campaignIdOf(i));
    mkdirSync(join(directory, 'other'), { mode: 0o700 });
    copyFileSync(join(directory, 'one', 'user-keys'), join(directory, 'other', 'user-keys'));
    decks = [one, await start(join(directory, 'other'))];
  });
  afterAll(async () => {
    for (const { client, process } of decks) {
      client.close();
      await process.stop('SIGTERM');
    }
    await ledger.stop('SIGTERM');
    kinesis.close();
    await kinesisPeer.close();
    await dynamoPeer.close();
    rmSync(directory, { recursive: true, force: true });
  });

  it('count what their collectors put into it, and what producers put there themselves', async () => {
    expect(await post(decks[0], batch(10))).toBe(202);
    await put(batch(10));
    await agree();
  });

  it('count a body sent again, and a record put again, once', async () => {
    const again = batch(10);
    await post(decks[0], again);
    await post(decks[1], again);
    await put(again);
    await agree();
  });

  it('count everything once while shards split and merge, one is killed and one is stopped for a while', async () => {
    const [one, other] = decks;
    const load = (rounds: number) => flow(rounds);
    const [first = ''] = await kinesis.openShards(STREAM);
    await load(3);
    await Promise.all([load(5), kinesis.split(STREAM, first, QUARTER)]);
    await other.process.stop('SIGKILL');
    other.client.close();
    await load(5);
    Object.assign(other, await start(other.dataDir));
    process.kill(one.process.pid, 'SIGSTOP');
    await load(5);
    const [left = '', right = ''] = (await kinesis.openShards(STREAM)).slice(-2);
    await Promise.all([load(5), kinesis.merge(STREAM, left, right)]);
    process.kill(one.process.pid, 'SIGCONT');
    await load(5);
    await agree();
  });

  it('count everything once when a third reads it all again with leases of its own', async () => {
    const dataDir = join(directory, 'third');
    mkdirSync(dataDir, { mode: 0o700 });
    copyFileSync(join(directory, 'one', 'user-keys'), join(dataDir, 'user-keys'));
    const third = await start(dataDir, 'leases-of-its-own');
    const duplicates = async (): Promise<number> => {
      const { body } = await third.client.send('GET', '/metrics');
      return Number(/^flightdeck_ingest_duplicates (\d+)$/mu.exec(body)?.[1]);
    };
    await flow(5); // while the others read
    for (let n = 0; n < SETTLE_ATTEMPTS_MAX && (await duplicates()) < sent / 2; n += 1) await pause();
    expect(await duplicates()).toBeGreaterThan(sent / 2);
    await agree();
    expect(await settled(third, sent)).toBe(sent * MICROS_PER_EVENT);
    third.client.close();
    await third.process.stop('SIGTERM');
  });

  it('put what is no event into quarantine, with its place in the stream', async () => {
    await kinesis.put(STREAM, [['x', '{"no":"event"}\nnot json']]);
    const parked = async () =>
      (await decks[0].client.json<{ items: { source: string }[] }>('GET', '/v1/quarantine?limit=10')).items;
    for (let n = 0; n < SETTLE_ATTEMPTS_MAX && (await parked()).length < 2; n += 1) await pause();
    expect((await parked()).map(({ source }) => source)).toEqual([`kinesis:${STREAM}`, `kinesis:${STREAM}`]);
    await agree();
  });

  it('would notice one event counted twice (planted)', async () => {
    const planted = batch(1);
    await put(planted);
    sent -= 1;
    await put(planted.map((event) => ({ ...event, eventId: `${event.eventId}-again` })));
    expect(await settled(decks[0], sent + 2)).not.toBe(sent * MICROS_PER_EVENT);
  });

  async function start(dataDir: string, leases = 'leases'): Promise<Deck> {
    const at = (url: string) => encodeURIComponent(url);
    const process = await startFlightdeck({
      dataDir,
      env: {
        ...PEER_CREDENTIALS,
        FLIGHTDECK_EVENTSTORE: ledger.url,
        FLIGHTDECK_SOURCE: `kinesis://${STREAM}?region=${PEER_REGION}&endpoint=${at(kinesisPeer.url)}&dynamodb=${at(dynamoPeer.url)}&leases=${leases}`,
      },
    });
    return { dataDir, process, client: new Client(process.url, process.adminToken) };
  }

  function batch(count: number) {
    const events = Array.from({ length: count }, (_, index) => ({
      ...{ eventId: `e${sent + index}`, type: 'click', campaignId: campaignIdOf((sent + index) % CAMPAIGNS) },
      ...{ occurredAt, price: { model: 'CPC', micros: MICROS_PER_EVENT, currency: 'USD' } },
    }));
    sent += count;
    return events;
  }
  async function post({ client }: Deck, events: readonly unknown[]): Promise<number> {
    return (await client.send('POST', '/v1/events', JSON.stringify(events), 'application/json')).status;
  }
  async function put(events: readonly { readonly campaignId: string }[]): Promise<void> {
    await kinesis.put(
      STREAM,
      events.map((event) => [event.campaignId, JSON.stringify(event)]),
    );
  }
  /** Producers do not stop for anybody. */
  async function flow(rounds: number): Promise<void> {
    for (let round = 0; round < rounds; round += 1) {
      await put(batch(EVENTS_A_BATCH));
      await new Promise((next) => setTimeout(next, 50));
    }
  }

  /** Both show exactly what was sent. */
  async function agree(): Promise<void> {
    for (const deck of decks) expect(await settled(deck, sent)).toBe(sent * MICROS_PER_EVENT);
  }
  async function settled(deck: Deck, events: number): Promise<number> {
    let seen = await spent(deck);
    for (let n = 0; n < SETTLE_ATTEMPTS_MAX && seen < events * MICROS_PER_EVENT; n += 1) {
      await pause();
      seen = await spent(deck);
    }
    return seen;
  }
  /** A lease that its owner left is taken after ten seconds: asking without a pause would give up before. */
  function pause(): Promise<void> {
    return new Promise((next) => setTimeout(next, PAUSE_MS));
  }
  async function spent({ client }: Deck): Promise<number> {
    let micros = 0;
    for (let i = 0; i < CAMPAIGNS; i += 1) {
      const path = `/v1/campaigns/${campaignIdOf(i)}/pacing`;
      micros += (await client.json<{ spend: { lifetimeMicros: number } }>('GET', path)).spend.lifetimeMicros;
    }
    return micros;
  }
});
