import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startFlightdeck, type FlightdeckProcess } from '@flightdeck/testing';

const JSON_TYPE = 'application/json';
const NDJSON = 'application/x-ndjson';
const MIB = 1024 * 1024;

const PRICE = '"price":{"model":"CPM","micros":1250,"currency":"USD"}';

/** Bodies that are refused whole, and how. */
const REFUSED: readonly (readonly [string, string, string, number])[] = [
  ['malformed JSON', JSON_TYPE, '{"eventId":', 400],
  ['nothing', JSON_TYPE, '', 400],
  ['another type', 'text/plain', 'hello', 415],
  ['a form', 'application/x-www-form-urlencoded', 'a=b', 415],
  ['too many events', JSON_TYPE, `[${'{},'.repeat(10_000)}{}]`, 413],
];

/** Fields that make an otherwise good event bad. */
const QUARANTINED: readonly (readonly [string, string])[] = [
  ['a number as text', '"price":{"model":"CPM","micros":"5","currency":"USD"}'],
  ['a number that JSON.parse rounds', '"price":{"model":"CPM","micros":9007199254740993,"currency":"USD"}'],
  ['a number without end', '"price":{"model":"CPM","micros":1e400,"currency":"USD"}'],
  ['a fraction of a micro', '"price":{"model":"CPM","micros":1.5,"currency":"USD"}'],
  ['a prototype', '"__proto__":{"admin":true}'],
  ['a constructor', '"labels":{"constructor":"x"}'],
  ['a field nobody knows', '"colour":"red"'],
  ['a card number for a user', '"userId":"4111 1111 1111 1111"'],
];

describe('bad input', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'flightdeck-bad-'));
  let server: FlightdeckProcess;
  let made = 0;

  beforeAll(async () => {
    server = await startFlightdeck({ dataDir });
  });
  afterAll(async () => {
    await server.stop('SIGTERM');
    rmSync(dataDir, { recursive: true, force: true });
  });

  it.each(REFUSED)('refuses %s whole, and lives', async (_, contentType, body, status) => {
    const response = await send(body, contentType);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(await (await send(good())).json()).toMatchObject({ accepted: 1 });
  });

  it('refuses a body over 8 MiB by what it says of its length, before a byte of it is sent', async () => {
    expect(await answerToHeaders(8 * MIB + 1)).toBe(413);
  });

  it.each(QUARANTINED)(
    'quarantines an event with %s, and takes the good ones beside it',
    async (_, field) => {
      const bad = good().replace(field.startsWith('"price"') ? PRICE : '"type"', (found) =>
        found === PRICE ? field : `${field},${found}`,
      );
      const response = await send([good(), bad, good()].join('\n'), NDJSON, '?results=all');
      const answer = (await response.json()) as { results: readonly { status: string; reason?: string }[] };
      expect(answer).toMatchObject({ accepted: 2, quarantined: 1 });
      expect(answer.results[1]?.status).toBe('quarantined');
      expect(['schema', 'malformed']).toContain(answer.results[1]?.reason);
    },
  );

  it('quarantines JSON that is 100,000 deep, and lives', async () => {
    const deep = `[${good()},{"labels":${'['.repeat(100_000)}${']'.repeat(100_000)}}]`;
    expect(await (await send(deep)).json()).toMatchObject({ accepted: 1, quarantined: 1 });
  });

  it('shows what was quarantined, with its reason', async () => {
    const response = await fetch(`${server.url}/v1/quarantine?limit=100`, { headers: authorization() });
    const { items } = (await response.json()) as { items: readonly { reason: string; detail: string }[] };
    expect(items.length).toBe(QUARANTINED.length + 1);
    for (const { reason, detail } of items) expect([reason, detail.length > 10]).toEqual([reason, true]);
  });

  it('accounts for a campaign nobody registered', async () => {
    const event = good().replace('"c1"', '"nobody-knows-me"');
    expect(await (await send(event)).json()).toMatchObject({ accepted: 1 });
    const response = await fetch(`${server.url}/v1/campaigns/nobody-knows-me/pacing`, {
      headers: authorization(),
    });
    expect(await response.json()).toMatchObject({
      status: 'unregistered',
      spend: { lifetimeMicros: 1, lifetimeNanos: 250 },
    });
  });

  function good(): string {
    const occurredAt = new Date().toISOString();
    return `{"eventId":"good-${made++}","type":"impression","occurredAt":"${occurredAt}","campaignId":"c1",${PRICE}}`;
  }

  function authorization(): Record<string, string> {
    return { authorization: `Bearer ${server.adminToken}` };
  }

  function send(body: string, contentType = JSON_TYPE, query = ''): Promise<Response> {
    const headers = { ...authorization(), 'content-type': contentType };
    return fetch(`${server.url}/v1/events${query}`, { method: 'POST', headers, body });
  }

  /** Announces a body of so many bytes, sends none of it, and resolves with the status of the answer. */
  function answerToHeaders(contentLength: number): Promise<number> {
    return new Promise((resolve, reject) => {
      const headers = { ...authorization(), 'content-type': JSON_TYPE, 'content-length': contentLength };
      const sent = request(`${server.url}/v1/events`, { method: 'POST', headers }, (response) => {
        resolve(response.statusCode ?? 0);
        sent.destroy();
      });
      sent.on('error', reject);
      sent.flushHeaders();
    });
  }
});
