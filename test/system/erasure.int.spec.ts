import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LatestCheckpointResponse } from '@flightdeck/contracts';
import { startFlightdeck, type FlightdeckProcess } from '@flightdeck/testing';
import { untar, verifyBundle } from '../../tools/verify.mjs';

const PERSON = 'ada-lovelace-1815';

describe.each(['start', 'services'] as const)('a person who is erased (%s)', (mode) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'flightdeck-erasure-'));
  let server: FlightdeckProcess;
  beforeAll(async () => {
    server = await startFlightdeck({ dataDir, mode });
  });
  afterAll(async () => {
    await server.stop('SIGTERM');
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('comes back under a fresh pseudonym; the events stay, nothing names the person, and every proof holds', async () => {
    await send('e1', 'e2');
    const before = await signedOver(['e1', 'e2']);
    const [first] = pseudonyms(before.events);
    const erased = await ask('DELETE', `/v1/users/${PERSON}/data`);
    expect([erased.status, ((await erased.json()) as { pseudonym: string }).pseudonym]).toEqual([200, first]);
    await send('e3', 'quarantined');
    const after = await signedOver(['e1', 'e2', 'e3']);
    const [one, two, three] = pseudonyms(after.events);
    expect([one, two]).toEqual([first, first]);
    expect(three).toMatch(/^[A-Za-z0-9_-]{43}$/u);
    expect(three).not.toBe(first);
    expect(verifyBundle(after.files, { anchors: [before.checkpoint.note] })).toMatchObject({
      ok: true,
      anchors: 1,
    });
    const ledger = readFileSync(join(dataDir, 'ledger', 'data.mdb'));
    expect(ledger.includes('"eventId":"e1"')).toBe(true);
    expect(ledger.includes(PERSON)).toBe(false);
    expect(after.events.some(({ type }) => type === 'UserDataErased')).toBe(true);
    expect(after.events.some(({ type }) => type === 'RecordQuarantined')).toBe(true);
  });

  /** A record with no campaign is quarantined, and names the person too. */
  async function send(...eventIds: string[]): Promise<void> {
    for (const eventId of eventIds) {
      const price = { model: 'CPC', micros: 1_000, currency: 'USD' };
      const occurredAt = new Date().toISOString();
      const campaign = eventId === 'quarantined' ? {} : { campaignId: 'c1' };
      const event = { eventId, type: 'click', occurredAt, userId: PERSON, price, ...campaign };
      expect((await ask('POST', '/v1/events', event)).status).toBe(200);
    }
  }

  /** An export, once it holds the events of these ids. */
  async function signedOver(eventIds: readonly string[]) {
    for (;;) {
      const signed = await ask('GET', '/v1/audit/checkpoint');
      const answer = await ask('GET', '/v1/audit/export');
      if (!signed.ok || !answer.ok) continue; // nothing is signed yet
      const checkpoint = (await signed.json()) as LatestCheckpointResponse;
      const files = untar(Buffer.from(await answer.arrayBuffer()));
      const events = [...files]
        .filter(([name]) => name.startsWith('events-'))
        .flatMap(([, bytes]) => Buffer.from(bytes).toString().trimEnd().split('\n'))
        .map((line) => JSON.parse(line) as { type: string; data: string });
      if (eventIds.every((id) => events.some(({ data }) => data.includes(`"eventId":"${id}"`))))
        return { checkpoint, files, events };
    }
  }

  function pseudonyms(events: readonly { readonly data: string; readonly type: string }[]): unknown[] {
    return events
      .filter(({ type }) => type === 'ClickRecorded')
      .map(({ data }) => (JSON.parse(data) as { userId: unknown }).userId);
  }

  function ask(method: string, path: string, body?: object): Promise<Response> {
    return fetch(server.url + path, {
      method,
      headers: {
        authorization: `Bearer ${server.adminToken}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }
});
