import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import type { LatestCheckpointResponse } from '@flightdeck/contracts';
import { startFlightdeck, type FlightdeckProcess } from '@flightdeck/testing';

const dataDir = mkdtempSync(join(tmpdir(), 'flightdeck-broken-'));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

describe('a ledger that is not the one that was signed', () => {
  it('is signed no more and says so, and goes on taking events in', async () => {
    const sound = await startFlightdeck({ dataDir });
    await until(sound, ({ state }) => state === 'kept');
    await sound.stop('SIGTERM');
    // Somebody puts a key of his own in the place of the one that signed.
    writeFileSync(join(dataDir, 'log-key'), `${'5a'.repeat(32)}\n`);
    const broken = await startFlightdeck({ dataDir });
    try {
      const { detail, size } = await until(broken, ({ state }) => state === 'broken');
      expect(detail).toContain('was not signed with the key that is there now');
      const price = { model: 'CPC', micros: 1, currency: 'USD' };
      const event = {
        eventId: 'e1',
        type: 'click',
        occurredAt: new Date().toISOString(),
        campaignId: 'c1',
        price,
      };
      expect((await ask(broken, '/v1/events', event)).status).toBe(200);
      expect((await until(broken, () => true)).size).toBe(size);
      expect(await (await fetch(`${broken.url}/metrics`)).text()).toContain('flightdeck_proof_broken 1');
      expect(broken.stderr()).toContain('nothing more is signed');
    } finally {
      await broken.stop('SIGTERM');
    }
  });
});

async function until(
  server: FlightdeckProcess,
  fits: (checkpoint: LatestCheckpointResponse) => boolean,
): Promise<LatestCheckpointResponse> {
  for (;;) {
    const answer = await ask(server, '/v1/audit/checkpoint');
    if (!answer.ok) continue;
    const checkpoint = (await answer.json()) as LatestCheckpointResponse;
    if (fits(checkpoint)) return checkpoint;
  }
}

function ask(server: FlightdeckProcess, path: string, body?: object): Promise<Response> {
  return fetch(server.url + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${server.adminToken}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}
