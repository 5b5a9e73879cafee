import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startFlightdeck, type FlightdeckProcess } from '@flightdeck/testing';
import { untar, verifyBundle } from '../../tools/verify.mjs';

const directory = mkdtempSync(join(tmpdir(), 'flightdeck-archive-'));
const dataDir = join(directory, 'data');
const archive = join(directory, 'archive');
const anchor = join(directory, 'anchor');

interface Archived {
  readonly written: string[];
  readonly removed: string[];
}

let server: FlightdeckProcess;
beforeAll(async () => {
  server = await startFlightdeck({ dataDir, env: { FLIGHTDECK_ANCHORS: `file:${anchor}` } });
  const events = Array.from({ length: 50 }, (_, i) => ({
    ...{ eventId: `e${i}`, type: 'click', occurredAt: new Date().toISOString(), campaignId: 'c1' },
    price: { model: 'CPC', micros: 1_000, currency: 'USD' },
  }));
  await ask('POST', '/v1/events', events);
  while ((await signed()) < 50);
});
afterAll(async () => {
  await server.stop('SIGTERM');
  rmSync(directory, { recursive: true, force: true });
});

describe('an archive', () => {
  it('holds the ledger in segments, each of which is proved alone', () => {
    const { written, removed } = run();
    expect(written.length).toBeGreaterThan(2);
    expect(removed).toEqual([]);
    for (const name of written)
      expect(verifyBundle(untar(readFileSync(join(archive, name))))).toMatchObject({ ok: true, events: 10 });
    expect(readdirSync(archive).sort()).toEqual(written);
  });

  it('goes on where it ended', () => {
    const before = readdirSync(archive).length;
    const { written } = run();
    expect(readdirSync(archive)).toHaveLength(before + written.length);
  });

  it('loses no segment while a legal hold is in force, and then those that are old, with their proofs left in the rest', () => {
    const retention = { FLIGHTDECK_RETENTION_DAYS: '0' };
    expect(run({ ...retention, FLIGHTDECK_LEGAL_HOLD: 'true' }).removed).toEqual([]);
    const before = readdirSync(archive).sort();
    const { removed, written } = run(retention);
    expect(removed).toEqual([...before, ...written].slice(0, -1));
    const [left = ''] = readdirSync(archive);
    expect(verifyBundle(untar(readFileSync(join(archive, left)))).ok).toBe(true);
  });
});

function run(env: Readonly<Record<string, string>> = {}): Archived {
  const parameters = ['bin/flightdeck.mjs', 'archive', archive, '--events', '10', '--json'];
  const environment = { PATH: process.env['PATH'], FLIGHTDECK_DATA_DIR: dataDir, ...env };
  return JSON.parse(
    execFileSync(process.execPath, parameters, { encoding: 'utf8', env: environment }),
  ) as Archived;
}

async function signed(): Promise<number> {
  const answer = await ask('GET', '/v1/audit/checkpoint');
  return answer.ok ? ((await answer.json()) as { size: number }).size : 0;
}

function ask(method: string, path: string, body?: unknown): Promise<Response> {
  return fetch(server.url + path, {
    method,
    headers: { authorization: `Bearer ${server.adminToken}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}
