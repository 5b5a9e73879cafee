import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  startFlightdeck,
  startLedger,
  type FlightdeckProcess,
  type LedgerProcess,
} from '@flightdeck/testing';
import { Client, campaignIdOf, registerCampaign, TrafficBody } from '../../bench/load/index.js';

const CAMPAIGNS = 5;
const EVENTS_PER_REQUEST = 100;
const NANOS_PER_EVENT = 1_250_001n;
const REQUESTS_A_ROUND = 12;
const ROUNDS = 6;
const SEND_ATTEMPTS_MAX = 2_000;
const SETTLE_ATTEMPTS_MAX = 5_000;
const PAUSE_MS = 20;

/** A Flightdeck over the ledger, which can be killed and started again on its own data. */
interface Deck {
  readonly dataDir: string;
  process: FlightdeckProcess;
  client: Client;
}

interface Pacing {
  readonly spend: { readonly lifetimeMicros: number; readonly lifetimeNanos: number };
}

describe('two Flightdecks over one ledger server, each taking all partitions for its own', () => {
  const directory = mkdtempSync(join(tmpdir(), 'flightdeck-one-ledger-'));
  const occurredAt = new Date(Date.now() - 60_000).toISOString();
  let ledger: LedgerProcess;
  let one: Deck;
  let other: Deck;
  let sent = 0;

  beforeAll(async () => {
    ledger = await startLedger(join(directory, 'ledger'));
    one = await start(join(directory, 'one'));
    for (let i = 0; i < CAMPAIGNS; i++) await registerCampaign(one.client, campaignIdOf(i));
    // The same user has the same pseudonym wherever it is made.
    mkdirSync(join(directory, 'other'), { mode: 0o700 });
    copyFileSync(join(directory, 'one', 'user-keys'), join(directory, 'other', 'user-keys'));
    other = await start(join(directory, 'other'));
  });

  afterAll(async () => {
    for (const deck of [one, other]) {
      deck.client.close();
      await deck.process.stop('SIGTERM');
    }
    await ledger.stop('SIGTERM');
    rmSync(directory, { recursive: true, force: true });
  });

  it('count everything once while both are sent the same', async () => {
    await round((run, first) => Promise.all([one, other].map((deck) => send(deck, run, first))));
    await agree();
  });

  it('count everything once when one is stopped for a while and goes on', async () => {
    await round(async (run, first, n) => {
      if (n === 3) process.kill(one.process.pid, 'SIGSTOP');
      if (n === 9) process.kill(one.process.pid, 'SIGCONT');
      const toOne = n >= 3 && n < 9 ? undefined : send(one, run, first);
      await Promise.all([toOne, send(other, run, first)]);
    });
    await agree();
  });

  it(`count everything once over ${ROUNDS} kills of each of the three`, async () => {
    for (let kill = 0; kill < ROUNDS; kill++) {
      await round(async (run, first, n) => {
        const answers = Promise.all([one, other].map((deck) => send(deck, run, first)));
        if (n === 2 + kill) await killOneOf(kill);
        await answers;
      });
    }
    await agree();
  }, 240_000);

  it('would notice one event counted twice', async () => {
    const planted = new TrafficBody(1, CAMPAIGNS, 0, occurredAt, 'planted').stamped(0);
    await one.client.send('POST', '/v1/events', planted, 'application/x-ndjson');
    const wanted = spentOf(sent) + NANOS_PER_EVENT;
    expect(await settled(one, wanted)).toBe(wanted);
    expect(await settled(one, wanted)).not.toBe(spentOf(sent));
  });

  async function start(dataDir: string): Promise<Deck> {
    const process = await startFlightdeck({ dataDir, env: { FLIGHTDECK_EVENTSTORE: ledger.url } });
    return { dataDir, process, client: new Client(process.url, process.adminToken) };
  }

  async function killOneOf(kill: number): Promise<void> {
    if (kill % 3 === 0) {
      await ledger.stop('SIGKILL');
      ledger = await startLedger(join(directory, 'ledger'), ledger.port);
      return;
    }
    const deck = kill % 3 === 1 ? one : other;
    await deck.process.stop('SIGKILL');
    deck.client.close();
    const again = await start(deck.dataDir);
    deck.process = again.process;
    deck.client = again.client;
  }

  /** Requests of a run of its own, one after the other. */
  async function round(work: (run: string, first: number, n: number) => Promise<unknown>): Promise<void> {
    const run = `r${sent}`;
    for (let n = 0; n < REQUESTS_A_ROUND; n++) {
      await work(run, n * EVENTS_PER_REQUEST, n);
      sent += EVENTS_PER_REQUEST;
    }
  }

  /** As a producer does: until it is taken, by whoever is there by then. */
  async function send(deck: Deck, run: string, first: number): Promise<void> {
    for (let attempt = 0; attempt < SEND_ATTEMPTS_MAX; attempt++) {
      const body = new TrafficBody(EVENTS_PER_REQUEST, CAMPAIGNS, 0, occurredAt, run).stamped(first);
      const answer = await deck.client
        .send('POST', '/v1/events', body, 'application/x-ndjson')
        .catch(() => undefined);
      if (answer?.status === 200) return;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    throw new Error('The request was never taken.');
  }

  /** Both show exactly what was sent. */
  async function agree(): Promise<void> {
    for (const deck of [one, other]) expect(await settled(deck, spentOf(sent))).toBe(spentOf(sent));
  }

  async function settled(deck: Deck, nanos: bigint): Promise<bigint> {
    let seen = await spent(deck);
    for (let attempt = 0; attempt < SETTLE_ATTEMPTS_MAX && seen < nanos; attempt++) seen = await spent(deck);
    return seen;
  }

  async function spent({ client }: Deck): Promise<bigint> {
    let nanos = 0n;
    for (let i = 0; i < CAMPAIGNS; i++) {
      const { spend } = await client.json<Pacing>('GET', `/v1/campaigns/${campaignIdOf(i)}/pacing`);
      nanos += BigInt(spend.lifetimeMicros) * 1000n + BigInt(spend.lifetimeNanos);
    }
    return nanos;
  }
});

function spentOf(events: number): bigint {
  return BigInt(events) * NANOS_PER_EVENT;
}
