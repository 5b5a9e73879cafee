import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  startFlightdeck,
  type FlightdeckProcess,
} from '../../libs/testing/src/process/flightdeck-process.js';
import { Client } from './client.js';
import { campaignIdOf } from './traffic.js';

const REGISTER_IN_FLIGHT = 16;

/** A fresh Flightdeck in a process of its own with benchmark campaigns and rules registered. */
export interface System {
  readonly process: FlightdeckProcess;
  readonly client: Client;
  close(): Promise<void>;
}

export async function startSystem(
  campaigns: number,
  rules: number,
  nodeFlags: readonly string[] = [],
): Promise<System> {
  const dataDir = mkdtempSync(join(tmpdir(), 'flightdeck-bench-'));
  const process = await startFlightdeck({ dataDir, nodeFlags });
  const client = new Client(process.url, process.adminToken);
  await registerCampaigns(client, campaigns, campaignIdOf);
  for (let i = 0; i < rules; i++) await createRule(client, i);
  return {
    process,
    client,
    close: async () => {
      client.close();
      await process.stop('SIGTERM');
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** So many campaigns, {@link REGISTER_IN_FLIGHT} at once. */
export async function registerCampaigns(
  client: Client,
  count: number,
  idOf: (index: number) => string,
): Promise<void> {
  for (let at = 0; at < count; at += REGISTER_IN_FLIGHT) {
    const turn = Array.from({ length: Math.min(REGISTER_IN_FLIGHT, count - at) }, (_, i) => idOf(at + i));
    await Promise.all(turn.map((id) => registerCampaign(client, id)));
  }
}

export async function registerCampaign(client: Client, campaignId: string): Promise<void> {
  const now = Date.now();
  await client.json('POST', '/v1/campaigns', {
    campaignId,
    name: `Benchmark ${campaignId}`,
    advertiserId: 'bench-advertiser',
    currency: 'USD',
    timezone: 'America/New_York',
    flight: {
      start: new Date(now - 86_400_000).toISOString(),
      end: new Date(now + 20 * 86_400_000).toISOString(),
    },
    budget: { dailyMicros: 900_000_000_000, lifetimeMicros: 9_000_000_000_000 },
    pacing: { mode: 'even', tolerance: 0.05 },
    tags: ['bench'],
  });
}

/** Rules over every campaign whose thresholds lie just out of reach: each is evaluated and none ends the work early. */
async function createRule(client: Client, index: number): Promise<void> {
  await client.json('POST', '/v1/rules', {
    name: `Benchmark rule ${index}`,
    scope: { all: true },
    conditions: {
      all: [
        { fact: 'utilization.today', operator: 'greaterThanInclusive', value: 0.999 + index / 1e6 },
        { fact: 'impressions.today', operator: 'greaterThan', value: 100 + index },
        { fact: 'campaign.status', operator: 'equal', value: 'active' },
      ],
    },
    action: { command: 'NotifyOwner', params: {} },
    severity: 'info',
    mode: 'active',
    guards: {},
  });
}
