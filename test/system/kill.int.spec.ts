import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startFlightdeck, type FlightdeckProcess } from '@flightdeck/testing';
import { Client, campaignIdOf, registerCampaign, TrafficBody } from '../../bench/load/index.js';

const KILLS = 20;
const CAMPAIGNS = 5;
const SENDERS = 3;
const EVENTS_PER_REQUEST = 100;
const NANOS_PER_EVENT = 1_250_001n;
/** A kill falls after at most so many answers, and so many turns of the event loop. */
const ANSWERS_MAX = 25;
const TURNS_MAX = 200;
const SETTLE_ATTEMPTS_MAX = 2_000;

/** One request's worth of events, and whether it was ever answered with 200. */
interface Request {
  readonly run: string;
  readonly first: number;
  acknowledged: boolean;
}

interface Pacing {
  readonly spend: { readonly lifetimeMicros: number; readonly lifetimeNanos: number };
}
interface Taken {
  readonly accepted: number;
  readonly duplicates: number;
}
interface Command {
  readonly commandId: string;
  readonly campaignId: string;
  readonly sequence: number;
}

describe('kill -9 under load', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'flightdeck-kill-'));
  const occurredAt = new Date(Date.now() - 60_000).toISOString();
  const requests: Request[] = [];
  const sentNanos = () => BigInt(requests.length * EVENTS_PER_REQUEST) * NANOS_PER_EVENT;
  let server: FlightdeckProcess;
  let client: Client;

  beforeAll(async () => {
    await start();
    for (let i = 0; i < CAMPAIGNS; i++) await registerCampaign(client, campaignIdOf(i));
    await client.json('POST', '/v1/rules', {
      name: 'First five hundred',
      scope: { all: true },
      conditions: { all: [{ fact: 'impressions.lifetime', operator: 'greaterThanInclusive', value: 500 }] },
      action: { command: 'NotifyOwner', params: {} },
      severity: 'info',
      mode: 'active',
      guards: { fireOncePer: 'flight' },
    });
  });

  afterAll(async () => {
    client.close();
    await server.stop('SIGTERM');
    rmSync(dataDir, { recursive: true, force: true });
  });

  it(`loses nothing acknowledged and counts nothing twice over ${KILLS} kills`, async () => {
    for (let round = 0; round < KILLS; round++) {
      await loadUntilKilled(round);
      await start();
    }
    for (const request of requests) {
      const { accepted, duplicates } = await send(request);
      expect(accepted + duplicates).toBe(EVENTS_PER_REQUEST);
      if (request.acknowledged) expect(accepted).toBe(0);
    }
    await settled(sentNanos());
    expect(await spentNanos()).toBe(sentNanos());
    expect(requests.filter((request) => request.acknowledged).length).toBeGreaterThan(KILLS);
  }, 300_000);

  it('issued each command once, without a gap in the sequence', async () => {
    const { items } = await client.json<{ items: Command[] }>('GET', '/v1/commands');
    const issued = items.map(({ campaignId, sequence }) => `${campaignId} ${sequence}`).sort();
    expect(issued).toEqual(Array.from({ length: CAMPAIGNS }, (_, i) => `${campaignIdOf(i)} 1`));
    expect(new Set(items.map((command) => command.commandId)).size).toBe(CAMPAIGNS);
  });

  it('would notice one event counted twice', async () => {
    const again = new TrafficBody(1, CAMPAIGNS, 0, occurredAt, 'planted').stamped(0);
    await client.send('POST', '/v1/events', again, 'application/x-ndjson');
    await settled(sentNanos() + NANOS_PER_EVENT);
    expect(await spentNanos()).not.toBe(sentNanos());
  });

  async function start(): Promise<void> {
    server = await startFlightdeck({ dataDir });
    client = new Client(server.url, server.adminToken);
  }

  /** Senders go on until the process dies under them; the kill falls after a random number of answers. */
  async function loadUntilKilled(round: number): Promise<void> {
    let answersLeft = 1 + Math.floor(Math.random() * ANSWERS_MAX);
    let killed: Promise<unknown> | undefined;
    const sender = async (lane: number): Promise<void> => {
      for (let i = 0; killed === undefined; i++) {
        const request: Request = {
          run: `k${round}-${lane}`,
          first: i * EVENTS_PER_REQUEST,
          acknowledged: false,
        };
        requests.push(request);
        const answered = send(request).then(
          () => (request.acknowledged = true),
          () => false, // the process died: the outcome is unknown, and is found out by sending again
        );
        if (answersLeft <= 0) killed ??= afterRandomTurns().then(() => server.stop('SIGKILL'));
        if (await answered) answersLeft -= 1;
      }
    };
    await Promise.all(Array.from({ length: SENDERS }, (_, lane) => sender(lane)));
    await killed;
    client.close();
  }

  async function send(request: Request): Promise<Taken> {
    const body = new TrafficBody(EVENTS_PER_REQUEST, CAMPAIGNS, 0, occurredAt, request.run).stamped(
      request.first,
    );
    const answer = await client.send('POST', '/v1/events', body, 'application/x-ndjson');
    if (answer.status !== 200) throw new Error(`${answer.status}: ${answer.body}`);
    return JSON.parse(answer.body) as Taken;
  }

  async function spentNanos(): Promise<bigint> {
    let nanos = 0n;
    for (let i = 0; i < CAMPAIGNS; i++) {
      const { spend } = await client.json<Pacing>('GET', `/v1/campaigns/${campaignIdOf(i)}/pacing`);
      nanos += BigInt(spend.lifetimeMicros) * 1000n + BigInt(spend.lifetimeNanos);
    }
    return nanos;
  }

  /** Waits until at least this much is visible; whether it is exactly that is the caller's to judge. */
  async function settled(nanos: bigint): Promise<void> {
    for (let attempt = 0; attempt < SETTLE_ATTEMPTS_MAX && (await spentNanos()) < nanos; attempt++);
  }
});

/** Lets a random few turns of the event loop pass, so that kills fall into different moments of the server's work. */
async function afterRandomTurns(): Promise<void> {
  const turns = Math.floor(Math.random() * TURNS_MAX);
  for (let i = 0; i < turns; i++) await new Promise((resolve) => setImmediate(resolve));
}
