import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import {
  dynamoDbAddress,
  PEER_CREDENTIALS,
  profileTable,
  startDynalite,
  startFaultProxy,
  startFlightdeck,
  type AwsPeer,
  type FaultProxy,
  type FlightdeckProcess,
} from '@flightdeck/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from '../../bench/load/index.js';
import { until } from '../oracle/recent-traffic.js';

Object.assign(process.env, PEER_CREDENTIALS);

const TABLE = 'profiles';
/** The row that docs/profiles.md shows. */
const ROW = JSON.parse(
  /<!-- row -->\s+```json\n(?<row>.*?)```/su.exec(readFileSync('docs/profiles.md', 'utf8'))?.groups?.[
    'row'
  ] ?? '',
) as Record<string, AttributeValue>;
const PROFILE = { segment: 'sports', tier: 'gold' };

let peer: AwsPeer;
let proxy: FaultProxy;
beforeAll(async () => {
  peer = await startDynalite();
  proxy = await startFaultProxy(peer.url);
  const table = await profileTable(peer, TABLE);
  await table.put(ROW);
  table.close();
});
afterAll(async () => {
  await proxy.close();
  await peer.close();
});

describe.each(['start', 'services'] as const)('profiles, mode %s', (mode) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'flightdeck-profiles-'));
  let server: FlightdeckProcess;
  let client: Client;
  let sent = 0;
  beforeAll(async () => {
    proxy.fault = undefined;
    const env = { ...PEER_CREDENTIALS, FLIGHTDECK_PROFILES: dynamoDbAddress({ url: proxy.url }, TABLE) };
    server = await startFlightdeck({ dataDir, mode, env });
    client = new Client(server.url, server.adminToken);
  });
  afterAll(async () => {
    client.close();
    await server.stop('SIGTERM');
    rmSync(dataDir, { recursive: true, force: true });
  });

  /** Sends an event of each of these users, and answers what the ledger says of them. */
  async function enrichedOf(...userIds: readonly string[]): Promise<readonly unknown[]> {
    const campaignId = `c${(sent += 1)}`;
    const occurredAt = new Date().toISOString();
    const events = userIds.map((userId, index) => ({
      ...{ eventId: `${campaignId}-${index}`, type: 'click', campaignId, occurredAt, userId },
    }));
    const answer = await client.json<{ accepted: number }>('POST', '/v1/events', events);
    expect(answer.accepted).toBe(userIds.length);
    const path = `/v1/audit/events?campaignId=${campaignId}`;
    const { items } = await client.json<{ items: { data: { enriched: { profile?: unknown } } }[] }>(
      'GET',
      path,
    );
    return items.map(({ data }) => data.enriched.profile);
  }

  it('stand in the ledger beside the event; of whom nobody knows, nothing does', async () => {
    const profiles = await until(
      () => enrichedOf('u-1', 'nobody'),
      ([first]) => first !== 'unknown', // the very first answer may be late
    );
    expect(profiles).toEqual([PROFILE, undefined]);
  });

  it('are unknown while the table answers nothing, and no event waits for it', async () => {
    proxy.fault = ({ operation }) =>
      operation === 'BatchGetItem' ? { kind: 'half-open', seen: false } : undefined;
    expect(await enrichedOf('u-2', 'u-1')).toEqual(['unknown', PROFILE]);
    proxy.fault = undefined;
  });

  if (mode === 'start')
    it('are counted', async () => {
      const { body } = await client.send('GET', '/metrics');
      const metric = (name: string) =>
        Number(new RegExp(`^flightdeck_profile_${name} (\\d+)$`, 'mu').exec(body)?.[1]);
      expect([metric('timeouts'), metric('unknown'), metric('hits')].every((count) => count > 0)).toBe(true);
    });
});

it('says before it starts that an address is none', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'flightdeck-profiles-'));
  for (const env of [
    { FLIGHTDECK_PROFILES: 'dynamodb://t?regoin=x' },
    { FLIGHTDECK_PROFILES_CACHE: 'rediss://cache:6379' },
  ] as Record<string, string>[])
    await expect(startFlightdeck({ dataDir, env })).rejects.toThrow(
      /unknown parameter, regoin|A cache of profiles needs profiles/u,
    );
  rmSync(dataDir, { recursive: true, force: true });
});
