import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommandDetail } from '@flightdeck/domain';
import {
  startEventBridgePeer,
  startFlightdeck,
  type EventBridgePeer,
  type FlightdeckProcess,
} from '@flightdeck/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const CAMPAIGNS = 20;
const DAY_MS = 86_400_000;

/** Two rules, so that each campaign has commands that must not change places. */
const RULES = [0.5, 0.9].map((value) => ({
  ruleId: `over-${value * 100}`,
  name: `${value * 100} percent`,
  scope: { all: true },
  conditions: { all: [{ fact: 'utilization.today', operator: 'greaterThanInclusive', value }] },
  action: { command: 'NotifyOwner', params: {} },
  severity: 'critical',
  mode: 'active',
}));

interface Told {
  readonly items: readonly {
    readonly commandId: string;
    readonly state: string;
    readonly bus: string | null;
  }[];
}

describe('a bus that fails in every way, and a process that is killed', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'flightdeck-eventbridge-'));
  let peer: EventBridgePeer;
  let server: FlightdeckProcess;

  const start = (): Promise<FlightdeckProcess> =>
    startFlightdeck({
      dataDir,
      env: {
        FLIGHTDECK_BUS: `eventbridge://ads?region=eu-central-1&endpoint=${encodeURIComponent(peer.url)}`,
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
      },
    });
  const ask = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(server.url + path, {
      method,
      headers: { authorization: `Bearer ${server.adminToken}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return response.json();
  };
  const commands = async (): Promise<Told['items']> =>
    ((await ask('GET', '/v1/commands?limit=500')) as Told).items;
  const spend = (run: string, micros: number): Promise<unknown> =>
    ask(
      'POST',
      '/v1/events',
      Array.from({ length: CAMPAIGNS }, (_, campaign) => ({
        ...{ eventId: `${run}-${campaign}`, type: 'click', campaignId: `c${campaign}` },
        occurredAt: new Date().toISOString(),
        price: { model: 'CPC', micros, currency: 'USD' },
      })),
    );
  const taken = (): readonly CommandDetail[] =>
    peer.taken.map(({ Detail }) => JSON.parse(Detail) as CommandDetail);

  beforeAll(async () => {
    peer = await startEventBridgePeer();
    server = await start();
    const now = Date.now();
    const flight = { start: new Date(now - DAY_MS).toISOString(), end: new Date(now + DAY_MS).toISOString() };
    for (let campaign = 0; campaign < CAMPAIGNS; campaign += 1)
      await ask('POST', '/v1/campaigns', {
        ...{ campaignId: `c${campaign}`, name: 'A campaign', advertiserId: 'adv1', currency: 'USD' },
        ...{
          timezone: 'UTC',
          flight,
          budget: { dailyMicros: 1_000_000 },
          pacing: { mode: 'even', tolerance: 0.05 },
        },
      });
    for (const rule of RULES) await ask('POST', '/v1/rules', rule);
  }, 60_000);
  afterAll(async () => {
    await server.stop('SIGTERM');
    await peer.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('still gets every command to the bus, each campaign in its order, under one id', async () => {
    // Entries fail with HTTP 200, calls fail altogether, connections break; one call in four goes well.
    peer.fault = (call) =>
      [
        {
          kind: 'entries',
          failed: (_: unknown, index: number) => (index % 2 === 0 ? 'InternalFailure' : undefined),
        },
        { kind: 'hang-up' },
        { kind: 'status', status: 500, type: 'InternalException' },
        undefined,
      ][call % 4] as ReturnType<NonNullable<EventBridgePeer['fault']>>;
    await spend('first', 600_000);
    while (new Set(taken().map(({ commandId }) => commandId)).size < CAMPAIGNS / 2) await turn();
    await server.stop('SIGKILL');
    server = await start();
    await spend('second', 600_000);
    peer.fault = undefined;
    while ((await commands()).filter(({ state }) => state === 'dispatched').length < 2 * CAMPAIGNS)
      await turn();
    const issued = await commands();
    expect(issued).toHaveLength(2 * CAMPAIGNS);
    expect(new Set(issued.map(({ bus }) => bus))).toEqual(new Set(['eventbridge://ads']));
    const ids = new Set(taken().map(({ commandId }) => commandId));
    expect([...ids].sort()).toEqual(issued.map(({ commandId }) => commandId).sort());
    for (let campaign = 0; campaign < CAMPAIGNS; campaign += 1) {
      const own = taken().filter(({ campaignId }) => campaignId === `c${campaign}`);
      const firsts = own.filter(
        (one, index) => own.findIndex(({ commandId }) => commandId === one.commandId) === index,
      );
      expect(firsts.map(({ sequence }) => sequence)).toEqual([1, 2]);
    }
  }, 120_000);

  it('says at once what is wrong with an address', async () => {
    const env = { FLIGHTDECK_BUS: 'eventbridge://ads?regoin=eu-central-1' };
    await expect(startFlightdeck({ dataDir: join(dataDir, 'other'), env })).rejects.toThrow(
      'unknown parameter, regoin',
    );
  });
});

/** Lets some time go by between two looks. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20));
}
