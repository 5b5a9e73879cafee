import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { PacingResponse, RebuildResponse, ReplayResponse } from '@flightdeck/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startFlightdeck, type FlightdeckProcess } from '@flightdeck/testing';

const CAMPAIGNS = 20;
const BATCH_EVENTS = 500;
const CLICK_MICROS = 1_001;

describe('the audited system', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'flightdeck-replayed-'));
  let server: FlightdeckProcess;
  let sent = 0;

  const ask = async (method: string, path: string, body?: unknown): Promise<Response> =>
    fetch(server.url + path, {
      method,
      headers: { authorization: `Bearer ${server.adminToken}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const command = async <T>(...args: string[]): Promise<T> => {
    const env = { ...process.env, FLIGHTDECK_DATA_DIR: dataDir, FLIGHTDECK_PORT: new URL(server.url).port };
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['bin/flightdeck.mjs', ...args, '--json'],
      { env },
    );
    return JSON.parse(stdout) as T;
  };
  const send = async (): Promise<void> => {
    const occurredAt = new Date().toISOString();
    const events = Array.from({ length: BATCH_EVENTS }, (_, i) => ({
      ...{ eventId: `e${sent + i}`, type: 'click', occurredAt, campaignId: `c${(sent + i) % CAMPAIGNS}` },
      price: { model: 'CPC', micros: CLICK_MICROS, currency: 'USD' },
    }));
    const answer = await ask('POST', '/v1/events', events);
    expect(await answer.json()).toMatchObject({ accepted: BATCH_EVENTS });
    sent += BATCH_EVENTS;
  };
  const lifetimeOf = async (campaignId: string): Promise<number> => {
    const answer = await ask('GET', `/v1/campaigns/${campaignId}/pacing`);
    expect(answer.status).toBe(200);
    return ((await answer.json()) as PacingResponse).spend.lifetimeMicros;
  };

  beforeAll(async () => {
    server = await startFlightdeck({ dataDir });
    for (let batch = 0; batch < 40; batch++) await send();
  });
  afterAll(async () => {
    await server.stop('SIGTERM');
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('replays to the rows that are served, in a process of its own', async () => {
    const { state, result } = await command<ReplayResponse>('replay');
    expect({ state, result }).toMatchObject({
      ...{ state: 'done' },
      result: { identical: true, events: sent, comparison: { different: 0, missing: 0, extra: 0 } },
    });
    expect(result?.comparison?.liveDigest).toBe(result?.digest);
  });

  it('rebuilds under load: no read fails, no event is lost', async () => {
    const over = new AbortController();
    let reads = 0;
    const loading = (async () => {
      while (!over.signal.aborted) await send();
    })();
    const reading = (async () => {
      for (let before = 0; !over.signal.aborted; reads += 1) {
        const now = await lifetimeOf('c0');
        expect(now).toBeGreaterThanOrEqual(before);
        before = now;
      }
    })();
    const done = await command<RebuildResponse>('rebuild').finally(() => over.abort());
    await Promise.all([loading, reading]);
    expect(done).toMatchObject({ state: 'done', comparison: { different: 0, missing: 0, extra: 0 } });
    expect(reads).toBeGreaterThan(3);
    expect(await command<ReplayResponse>('replay')).toMatchObject({
      result: { identical: true, events: sent },
    });
    const each = (sent / CAMPAIGNS) * CLICK_MICROS;
    for (let campaign = 0; campaign < CAMPAIGNS; campaign++)
      expect(await lifetimeOf(`c${campaign}`)).toBe(each);
    const booked = (await (await ask('GET', '/v1/audit/access?action=rebuild')).json()) as {
      items: unknown[];
    };
    expect(booked.items).toHaveLength(1);
  });

  it('goes back to the read models that it kept', async () => {
    expect(await command<RebuildResponse>('rebuild', '--rollback')).toMatchObject({
      ...{ state: 'done', kind: 'rollback', comparison: { different: 0, missing: 0, extra: 0 } },
    });
    expect(await lifetimeOf('c0')).toBe((sent / CAMPAIGNS) * CLICK_MICROS);
  });
});
