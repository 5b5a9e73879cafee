import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startFlightdeck } from '@flightdeck/testing';
import { Client, registerCampaign } from '../../bench/load/index.js';

describe('SIGTERM', () => {
  let dataDir: string;
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'flightdeck-shutdown-'));
  });
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

  it('drains, flushes and ends with 0, open event streams notwithstanding; nothing is lost', async () => {
    const server = await startFlightdeck({ dataDir });
    const client = new Client(server.url, server.adminToken);
    await registerCampaign(client, 'c1');
    const streams = new AbortController();
    for (let i = 0; i < 5; i++)
      await client.stream('/v1/stream?topics=pacing,commands', () => undefined, streams.signal);
    const event = (n: number) => ({
      eventId: `e${n}`,
      type: 'click',
      occurredAt: new Date().toISOString(),
      campaignId: 'c1',
      price: { model: 'CPC', micros: 1_000_000, currency: 'USD' },
    });
    const first = event(1);
    await client.json('POST', '/v1/events', first);
    expect(await server.stop('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(existsSync(join(dataDir, 'server.json'))).toBe(false);
    client.close();

    const again = await startFlightdeck({ dataDir });
    const after = new Client(again.url, again.adminToken);
    expect(await after.json('POST', '/v1/events', first)).toMatchObject({ accepted: 0, duplicates: 1 });
    expect(await after.json('GET', '/v1/campaigns/c1/pacing')).toMatchObject({
      spend: { lifetimeMicros: 1_000_000 },
    });
    after.close();
    expect(await again.stop('SIGTERM')).toEqual({ code: 0, signal: null });
  });

  it('keeps secrets to their owner', async () => {
    const server = await startFlightdeck({ dataDir });
    for (const file of ['admin-token', 'user-keys', 'server.json']) {
      expect([file, statSync(join(dataDir, file)).mode & 0o777]).toEqual([file, 0o600]);
    }
    await server.stop('SIGTERM');
  });

  it('refuses a second process over the same data', async () => {
    const server = await startFlightdeck({ dataDir });
    await expect(startFlightdeck({ dataDir })).rejects.toThrow(`in use by process ${server.pid}`);
    await server.stop('SIGTERM');
  });
});
