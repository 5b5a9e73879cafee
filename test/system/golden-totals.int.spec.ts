import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { PacingResponse } from '@flightdeck/contracts';
import { Random, startFlightdeck, type FlightdeckProcess } from '@flightdeck/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const EVENTS = 500;
const BATCHES = 7;
const CRASH_AFTER = 3;
const SEED = 20_261_126;
const NANOS = 1_000n;

interface Sent {
  readonly eventId: string;
  readonly type: string;
  readonly campaignId: string;
  readonly occurredAt: string;
  readonly price: { readonly model: 'CPM'; readonly micros: number; readonly currency: 'USD' };
}

/** What an impression costs is not a whole number of micros: a CPM price of m micros is m nanos. */
const eventsOf = (campaignId: string, random: Random): readonly Sent[] =>
  Array.from({ length: EVENTS }, (_, n) => ({
    ...{ eventId: `${campaignId}-${n}`, type: 'impression', campaignId },
    occurredAt: new Date(Date.now() - n).toISOString(),
    price: { model: 'CPM', micros: random.between(1, 9_999_999), currency: 'USD' },
  }));

/** The sum in nanos, without any of the product's arithmetic. */
const sumOf = (events: readonly Sent[]): bigint =>
  events.reduce((sum, { price }) => sum + BigInt(price.micros), 0n);

/** The last golden row of the design. */
describe('the same 500 events sent twice, shuffled, in 7 batches, with a crash between', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'flightdeck-golden-'));
  const random = new Random(SEED);
  let server: FlightdeckProcess;

  const ask = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(server.url + path, {
      method,
      headers: { authorization: `Bearer ${server.adminToken}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return response.json();
  };
  /** Sends twice as many as there are, in seven batches, and kills the server after the third. */
  async function sendTwice(once: readonly Sent[], again: readonly Sent[]): Promise<void> {
    const shuffled = random.shuffle([...once, ...again]);
    const size = Math.ceil(shuffled.length / BATCHES);
    for (let batch = 0; batch < BATCHES; batch += 1) {
      await ask('POST', '/v1/events', shuffled.slice(batch * size, (batch + 1) * size));
      if (batch + 1 !== CRASH_AFTER) continue;
      await server.stop('SIGKILL');
      server = await startFlightdeck({ dataDir });
    }
  }
  /** Lifetime net spend in nanos, once the events of the last batch are folded. */
  async function spentOn(campaignId: string, atLeast: bigint): Promise<bigint> {
    for (;;) {
      const { spend } = (await ask('GET', `/v1/campaigns/${campaignId}/pacing`)) as PacingResponse;
      const nanos = BigInt(spend.lifetimeMicros) * NANOS + BigInt(spend.lifetimeNanos);
      if (nanos >= atLeast) return nanos;
      await pause(10);
    }
  }

  beforeAll(async () => {
    server = await startFlightdeck({ dataDir });
  }, 60_000);
  afterAll(async () => {
    await server.stop('SIGTERM');
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('come to totals as if sent once, to the nano', async () => {
    const events = eventsOf('once', random);
    await sendTwice(events, events);
    // An event of its own, the last one: once it is counted, everything before it is.
    const [last] = eventsOf('once', random).map((event) => ({ ...event, eventId: 'once-last' }));
    if (last === undefined) throw new Error('There is one.');
    await ask('POST', '/v1/events', [last]);
    const expected = sumOf([...events, last]);
    expect(await spentOn('once', expected)).toBe(expected);
  }, 60_000);

  it('would not, if the second half came under other ids (planted)', async () => {
    const events = eventsOf('twice', random);
    await sendTwice(
      events,
      events.map((event) => ({ ...event, eventId: `${event.eventId}-again` })),
    );
    expect(await spentOn('twice', sumOf(events) + 1n)).toBeGreaterThan(sumOf(events));
  }, 60_000);
});
