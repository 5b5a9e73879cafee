import type { CommandEvent } from '@flightdeck/domain';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { StreamReader, type Frame } from '../testing/client.js';
import { issued } from '../testing/fixtures.js';
import { ADMIN_TOKEN, testApi, type TestApi } from '../testing/test-api.module.js';

const CLIENTS_MAX = 4;
const price = { model: 'CPC', micros: 1_000_000, currency: 'USD' };

let api: TestApi;
const readers: StreamReader[] = [];
beforeAll(async () => {
  api = await testApi({ streamClientsMax: CLIENTS_MAX });
});
afterEach(async () => {
  readers.splice(0).forEach((reader) => reader.kill());
  await gone();
});
afterAll(() => api.close());

async function open(query: string, lastEventId?: string): Promise<StreamReader> {
  const reader = await StreamReader.open(`${api.url}/v1/stream?${query}`, ADMIN_TOKEN, lastEventId);
  readers.push(reader);
  await reader.untilConnected();
  return reader;
}
const sequences = (frames: readonly Frame[]) => frames.map(({ data }) => data['sequence']);
const click = (campaignId: string) => api.adEvents({ type: 'click', campaignId, price });
const spendOf = ({ data }: Frame) => [
  data['campaignId'],
  (data['spend'] as { lifetimeMicros: number }).lifetimeMicros,
];

/** Resolves once the server has noticed that its clients are gone. */
async function gone(): Promise<void> {
  for (;;) {
    const { body } = await api.call('GET', '/v1/system');
    if ((body as { stream: { clients: number } }).stream.clients === 0) return;
  }
}

/** So many frames of a campaign; what is left of an earlier test's may still be told before them. */
async function framesOf(reader: Awaited<ReturnType<typeof open>>, campaignId: string, count: number) {
  for (let read = count; ; read += 1) {
    const frames = (await reader.until(read)).filter(({ data }) => data['campaignId'] === campaignId);
    if (frames.length >= count) return frames;
  }
}

describe('commands', () => {
  it('are told live, from their issue on', async () => {
    const reader = await open('topics=commands');
    const command = issued('live', 1);
    const { commandId } = command.data;
    const at = '2026-11-22T10:00:00.000Z';
    await api.commandEvents('live', command, {
      type: 'CommandDispatched',
      data: { commandId, at, bus: 'local', attempts: 1 },
    });
    const [first, second] = await reader.until(2);
    expect(first).toMatchObject({
      topic: 'commands',
      data: { commandId, campaignId: 'live', state: 'issued', command: 'PauseCampaign' },
    });
    expect(second).toMatchObject({
      data: {
        commandId,
        campaignId: 'live',
        state: 'dispatched',
        position: { stream: 'command-live', revision: 1 },
      },
    });
  });

  it('resume without a gap or a repetition wherever the connection was cut', async () => {
    const reader = await open('topics=commands');
    const all: CommandEvent[] = Array.from({ length: 12 }, (_, i) => issued('cut', i + 1));
    await api.commandEvents('cut', ...all.slice(0, 7)); // one batch: most cuts fall inside it
    const seen = await framesOf(reader, 'cut', 7);
    reader.kill();
    await api.commandEvents('cut', ...all.slice(7));
    for (const [i, { id }] of seen.entries()) {
      await gone();
      const resumed = await open('topics=commands', id);
      expect(sequences(await resumed.until(11 - i))).toEqual(all.slice(i + 1).map((_, k) => i + 2 + k));
      resumed.kill();
    }
  });

  it('resume over a restart of the server', async () => {
    const reader = await open('topics=commands&campaignId=again');
    await api.commandEvents('again', issued('again', 1));
    const [first] = await reader.until(1);
    await api.restart();
    await api.commandEvents('again', issued('again', 2), issued('again', 3));
    const resumed = await open('topics=commands&campaignId=again', first?.id);
    expect(sequences(await resumed.until(2))).toEqual([2, 3]);
  });

  it('would show a gap to a client that resumed from a later id', async () => {
    const reader = await open('topics=commands');
    await api.commandEvents('planted', issued('planted', 1), issued('planted', 2), issued('planted', 3));
    const [, second] = await reader.until(3);
    const resumed = await open('topics=commands', second?.id);
    expect(sequences(await resumed.until(1))).toEqual([3]);
  });
});

describe('pacing', () => {
  it('is told when the figures of a campaign move', async () => {
    const reader = await open('topics=pacing');
    await click('p1');
    const [frame] = await reader.until(1);
    expect(frame).toMatchObject({
      topic: 'pacing',
      data: { campaignId: 'p1', status: 'unregistered', spend: { lifetimeMicros: 1_000_000 } },
    });
  });

  it('is told again for exactly what moved while the client was away', async () => {
    const reader = await open('topics=pacing');
    await click('p2');
    const [last] = await reader.until(1, ({ data }) => data['campaignId'] === 'p2');
    reader.kill();
    await click('p3');
    await click('p3');
    const resumed = await open('topics=pacing', last?.id);
    const [frame] = await resumed.until(1);
    expect(frame === undefined ? [] : spendOf(frame)).toEqual(['p3', 2_000_000]);
  });

  it('is told for every campaign when nobody remembers what moved', async () => {
    const reader = await open('topics=pacing');
    await click('p4');
    const [last] = await reader.until(1);
    await api.restart();
    const resumed = await open('topics=pacing', last?.id);
    const frames = await resumed.until(4);
    expect(new Set(frames.map(({ data }) => data['campaignId']))).toEqual(new Set(['p1', 'p2', 'p3', 'p4']));
  });
});

describe('ad events', () => {
  it('are told in ledger order and resumed from any of them', async () => {
    const reader = await open('topics=events&campaignId=e1');
    for (let i = 0; i < 3; i++) await click('e1');
    const frames = await reader.until(3);
    expect(frames[0]).toMatchObject({
      topic: 'events',
      data: { type: 'ClickRecorded', data: { campaignId: 'e1' } },
    });
    reader.kill();
    const resumed = await open('topics=events&campaignId=e1', frames[0]?.id);
    expect((await resumed.until(2)).map(({ data }) => data['position'])).toEqual(
      frames.slice(1).map(({ data }) => data['position']),
    );
  });
});

describe('clients', () => {
  it('are told of the health of the parts', async () => {
    const [frame] = await (await open('topics=health')).until(1);
    expect(frame?.data).toMatchObject({ ready: true, parts: { 'commands-list': { ready: true } } });
  });

  it('are refused with an unknown topic, a made-up id, or without a token', async () => {
    expect((await api.call('GET', '/v1/stream?topics=gossip')).status).toBe(400);
    const madeUp = await api.call('GET', '/v1/stream', { headers: { 'last-event-id': 'abc' } });
    expect(madeUp.body).toMatchObject({ status: 400, code: 'cursor' });
    expect((await api.call('GET', '/v1/stream', { token: '' })).status).toBe(401);
  });

  it('are refused over their maximum, and let in again when one leaves', async () => {
    for (let i = 0; i < CLIENTS_MAX; i++) await open('topics=health');
    const refused = await api.call('GET', '/v1/stream');
    expect(refused.body).toMatchObject({ status: 503, code: 'stream-full' });
    expect(refused.headers.get('retry-after')).toBe('5');
    readers.splice(0).forEach((reader) => reader.kill());
    await gone();
    expect(await (await open('topics=health')).until(1)).toHaveLength(1);
  });

  it('are let go when the server stops', async () => {
    const reader = await open('topics=health,commands,pacing,events');
    await reader.until(1);
    await api.restart();
    await reader.untilEnded();
    expect(reader.comments.at(-1)).toContain('bye');
  });
});
