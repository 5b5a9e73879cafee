import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadOrCreateSecret } from '@flightdeck/ledger';
import { createLogger, PortClient } from '@flightdeck/platform';
import type { ReadModels } from '@flightdeck/read-models';
import {
  actualSheet,
  expected,
  expectedSheet,
  servicePid,
  startFlightdeck,
  type FlightdeckProcess,
  type ServiceProcess,
  type Traffic,
} from '@flightdeck/testing';
import { settledPort } from '../../apps/flightdeck/src/supervisor/free-port.js';
import { RemoteReadModels } from '../../apps/flightdeck/src/services/remote-read-models.js';
import { Client, registerCampaign } from '../../bench/load/index.js';
import { FIRST_IMPRESSION, SPAN_MS, termsOf, until } from './recent-traffic.js';

/** A Flightdeck whose parts are processes of their own, held against the oracle of one traffic. */
export interface ServiceDeck {
  readonly server: FlightdeckProcess;
  readonly client: Client;
  readonly dataDir: string;
  /** Events accepted so far, once they are so many beside the probes, or often enough asked; the projector may be starting again. */
  accepted(events: number, attemptsMax?: number): Promise<number>;
  /** What the read models say of a campaign, and what the oracle does: to be the same. */
  said(campaignId: string): Promise<string | undefined>;
  oracle(campaignId: string): string | undefined;
  /** Kills the process and waits until there is another in its place. */
  killed(service: ServiceProcess): Promise<void>;
  close(): Promise<void>;
}

export interface ServiceDeckOptions {
  readonly traffic: Traffic;
  readonly env?: Readonly<Record<string, string>>;
  /** Where events go that have to be counted at once. */
  readonly eventsPath?: string;
}

/** Starts it, registers the traffic's campaigns and a rule for all of them, and waits until ingest knows them. */
export async function openServiceDeck(options: ServiceDeckOptions): Promise<ServiceDeck> {
  const { traffic, env = {}, eventsPath = '/v1/events' } = options;
  const dataDir = mkdtempSync(join(tmpdir(), 'flightdeck-services-'));
  const projectorPort = await settledPort(0, Math.random);
  const server = await startFlightdeck({
    ...{ dataDir, mode: 'services' },
    env: { ...env, FLIGHTDECK_PROJECTOR_PORT: String(projectorPort) },
  });
  const client = new Client(server.url, server.adminToken);
  const readModels = remoteReadModels(dataDir, projectorPort);
  for (const campaign of traffic.campaigns.filter(({ timezone }) => timezone !== undefined))
    await client.json('POST', '/v1/campaigns', termsOf(campaign, traffic));
  await client.json('POST', '/v1/rules', FIRST_IMPRESSION);
  const probes = await acceptedUntilKnown(client, 'marker', traffic, eventsPath);
  const figures = expected(traffic);
  return {
    ...{ server, client, dataDir },
    accepted: async (events, attemptsMax) => {
      const sum = await until(
        () =>
          readModels.quality().then(
            ({ partitions }) => partitions.reduce((all, each) => all + each.accepted, 0),
            () => -1, // the projector is starting again
          ),
        (all) => all >= events + probes,
        attemptsMax,
      );
      return sum - probes;
    },
    said: (campaignId) => {
      const days = [...(figures.get(campaignId)?.days.keys() ?? [])];
      const { nowMs } = traffic;
      return actualSheet(readModels, campaignId, { days, fromMs: nowMs - SPAN_MS, nowMs });
    },
    oracle: (campaignId) => {
      const campaign = figures.get(campaignId);
      return campaign === undefined ? undefined : expectedSheet(campaign, traffic.nowMs);
    },
    killed: async (service) => {
      const pid = servicePid(dataDir, service);
      process.kill(pid, 'SIGKILL');
      await until(
        () => Promise.resolve(servicePid(dataDir, service)),
        (now) => now !== pid,
      );
    },
    close: async () => {
      client.close();
      await server.stop('SIGKILL');
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function remoteReadModels(dataDir: string, port: number): ReadModels {
  const token = loadOrCreateSecret(dataDir, 'service-token').toString('base64url');
  const projector = { url: `http://127.0.0.1:${port}`, name: 'projector', token };
  return new RemoteReadModels(new PortClient(projector), createLogger({ level: 'silent' }));
}

/**
 * Registers a campaign after all others and sends to it until ingest knows it, which is when it refuses another currency. Answers how
 * many events were counted by then.
 */
async function acceptedUntilKnown(
  client: Client,
  marker: string,
  { nowMs }: Traffic,
  eventsPath: string,
): Promise<number> {
  await registerCampaign(client, marker);
  const occurredAt = new Date(nowMs).toISOString();
  let accepted = 0;
  await until(
    async () => {
      const event = { eventId: `${marker}-${accepted}`, type: 'spend', campaignId: marker, occurredAt };
      const cost = { amountMicros: 1, currency: 'EUR' };
      const answer = await client.json<{ accepted: number }>('POST', eventsPath, { ...event, ...cost });
      accepted += answer.accepted;
      return answer.accepted;
    },
    (taken) => taken === 0,
  );
  return accepted;
}
