import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadOrCreateSecret } from '@flightdeck/ledger';
import { createLogger, PortClient } from '@flightdeck/platform';
import type { ReadModels } from '@flightdeck/read-models';
import {
  actualSheet,
  expected,
  expectedSheet,
  firstOfEachId,
  servicePid,
  startFlightdeck,
  type FlightdeckProcess,
  type ServiceProcess,
  type WireEvent,
} from '@flightdeck/testing';
import { settledPort } from '../../apps/flightdeck/src/supervisor/free-port.js';
import { RemoteReadModels } from '../../apps/flightdeck/src/services/remote-read-models.js';
import { Client, registerCampaign } from '../../bench/load/index.js';
import { FIRST_IMPRESSION, recentTraffic, SPAN_MS, termsOf, until } from '../oracle/recent-traffic.js';

const EVENTS = 600;
const EVENTS_PER_REQUEST = 25;
const SERVICES: readonly ServiceProcess[] = ['ledger', 'ingest', 'projector', 'rules', 'api'];
const SEND_ATTEMPTS_MAX = 1_500;

interface Command {
  readonly commandId: string;
  readonly campaignId: string;
  readonly sequence: number;
  readonly state: string;
}

describe('each part in a process of its own', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'flightdeck-services-'));
  const traffic = recentTraffic(3, 'svc', EVENTS);
  const registered = traffic.campaigns.filter(({ timezone }) => timezone !== undefined);
  let server: FlightdeckProcess;
  let client: Client;
  let readModels: ReadModels;
  /** Events that are counted beside the traffic. */
  let probes = 0;

  beforeAll(async () => {
    const projectorPort = await settledPort(0, Math.random);
    server = await startFlightdeck({
      ...{ dataDir, mode: 'services' },
      env: { FLIGHTDECK_PROJECTOR_PORT: String(projectorPort) },
    });
    client = new Client(server.url, server.adminToken);
    const token = loadOrCreateSecret(dataDir, 'service-token').toString('base64url');
    const projector = { url: `http://127.0.0.1:${projectorPort}`, name: 'projector', token };
    readModels = new RemoteReadModels(new PortClient(projector), createLogger({ level: 'silent' }));
    await Promise.all(
      registered.map((campaign) => client.json('POST', '/v1/campaigns', termsOf(campaign, traffic))),
    );
    await client.json('POST', '/v1/rules', FIRST_IMPRESSION);
    probes = await acceptedUntilKnown('marker');
  });
  afterAll(async () => {
    client.close();
    await server.stop('SIGKILL');
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('counts as the oracle does, whichever process is killed while events come in', async () => {
    const requests = Array.from({ length: Math.ceil(traffic.sent.length / EVENTS_PER_REQUEST) }, (_, i) =>
      traffic.sent.slice(i * EVENTS_PER_REQUEST, (i + 1) * EVENTS_PER_REQUEST),
    );
    const every = Math.floor(requests.length / (SERVICES.length + 1));
    for (const [i, events] of requests.entries()) {
      const sent = send(events);
      const victim = i > 0 && i % every === 0 ? SERVICES[i / every - 1] : undefined;
      if (victim !== undefined) await killed(victim);
      await sent;
    }
    await settled(firstOfEachId(traffic.sent).length);
    for (const { campaignId } of traffic.campaigns) expect(await said(campaignId)).toBe(oracle(campaignId));
  });

  it('issues each command once, over all kills, and takes its acknowledgement', async () => {
    const wanted = registered
      .map(({ campaignId }) => campaignId)
      .filter((id) => (expected(traffic).get(id)?.lifetime.impressions ?? 0) > 0)
      .sort();
    const commands = await until(issued, (items) => items.length >= wanted.length);
    expect(commands.map(({ campaignId }) => campaignId).sort()).toEqual(wanted);
    expect(new Set(commands.map(({ sequence }) => sequence))).toEqual(new Set([1]));
    for (const { commandId } of commands)
      await client.json('POST', `/v1/commands/${commandId}/ack`, { outcome: 'applied' });
    const after = await until(issued, (items) => items.every(({ state }) => state === 'acknowledged'));
    expect(after.map(({ state }) => state)).toEqual(wanted.map(() => 'acknowledged'));
  });

  it('would notice one event counted twice', async () => {
    const [first] = traffic.sent.filter(({ type, ivt }) => type === 'spend' && ivt === undefined);
    if (first === undefined) throw new Error('The traffic has cost reports.');
    await send([{ ...first, eventId: 'planted' }]);
    await settled(firstOfEachId(traffic.sent).length + 1);
    expect(await said(first.campaignId)).not.toBe(oracle(first.campaignId));
  });

  it('serves the console too', async () => {
    const answer = await fetch(server.url, { headers: { accept: 'text/html' } });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('<div id="root">');
  });

  it('tells who ended and was started again, and stops all of them on SIGINT with 0', async () => {
    const pids = SERVICES.map((name) => servicePid(dataDir, name));
    expect(await server.stop('SIGINT')).toEqual({ code: 0, signal: null });
    for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    for (const name of SERVICES)
      expect(server.stderr()).toMatch(
        new RegExp(`^${name} +\\| ended \\(SIGKILL\\); it is started again`, 'm'),
      );
  });

  function oracle(campaignId: string): string | undefined {
    const campaign = expected(traffic).get(campaignId);
    return campaign === undefined ? undefined : expectedSheet(campaign, traffic.nowMs);
  }

  function said(campaignId: string): Promise<string | undefined> {
    const days = [...(expected(traffic).get(campaignId)?.days.keys() ?? [])];
    const { nowMs } = traffic;
    return actualSheet(readModels, campaignId, { days, fromMs: nowMs - SPAN_MS, nowMs });
  }

  async function issued(): Promise<readonly Command[]> {
    return (await client.json<{ items: Command[] }>('GET', '/v1/commands')).items;
  }

  /** As a producer does: the same again until it is taken. */
  async function send(events: readonly WireEvent[]): Promise<void> {
    await until(
      () => client.send('POST', '/v1/events', JSON.stringify(events)).catch(() => undefined),
      (answer) => answer?.status === 200,
      SEND_ATTEMPTS_MAX,
    );
  }

  /** Kills the process and waits until there is another in its place. */
  async function killed(service: ServiceProcess): Promise<void> {
    const pid = servicePid(dataDir, service);
    process.kill(pid, 'SIGKILL');
    await until(
      () => Promise.resolve(servicePid(dataDir, service)),
      (now) => now !== pid,
    );
  }

  async function settled(events: number): Promise<void> {
    const accepted = await until(
      async () => (await readModels.quality()).partitions.reduce((sum, each) => sum + each.accepted, 0),
      (sum) => sum >= events + probes,
    );
    expect(accepted).toBe(events + probes);
  }

  /** Registers a campaign after all others and sends to it until ingest knows it, which is when it refuses another currency. */
  async function acceptedUntilKnown(marker: string): Promise<number> {
    await registerCampaign(client, marker);
    const occurredAt = new Date(traffic.nowMs).toISOString();
    let accepted = 0;
    await until(
      async () => {
        const event = { eventId: `${marker}-${accepted}`, type: 'spend', campaignId: marker, occurredAt };
        const cost = { amountMicros: 1, currency: 'EUR' };
        const answer = await client.json<{ accepted: number }>('POST', '/v1/events', { ...event, ...cost });
        accepted += answer.accepted;
        return answer.accepted;
      },
      (taken) => taken === 0,
    );
    return accepted;
  }
});
