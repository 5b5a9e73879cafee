import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  expected,
  firstOfEachId,
  servicePid,
  type ServiceProcess,
  type WireEvent,
} from '@flightdeck/testing';
import { recentTraffic, until } from '../oracle/recent-traffic.js';
import { openServiceDeck, type ServiceDeck } from '../oracle/service-deck.js';

const EVENTS = 600;
const EVENTS_PER_REQUEST = 25;
const SERVICES: readonly ServiceProcess[] = ['ledger', 'ingest', 'projector', 'rules', 'api'];
const SEND_ATTEMPTS_MAX = 1_500;

interface Command {
  readonly commandId: string;
  readonly campaignId: string;
  readonly sequence: number;
  readonly state: string;
}

describe('each part in a process of its own', () => {
  const traffic = recentTraffic(3, 'svc', EVENTS);
  const registered = traffic.campaigns.filter(({ timezone }) => timezone !== undefined);
  let deck: ServiceDeck;

  beforeAll(async () => {
    deck = await openServiceDeck({ traffic });
  });
  afterAll(() => deck.close());

  it('counts as the oracle does, whichever process is killed while events come in', async () => {
    const requests = Array.from({ length: Math.ceil(traffic.sent.length / EVENTS_PER_REQUEST) }, (_, i) =>
      traffic.sent.slice(i * EVENTS_PER_REQUEST, (i + 1) * EVENTS_PER_REQUEST),
    );
    const every = Math.floor(requests.length / (SERVICES.length + 1));
    for (const [i, events] of requests.entries()) {
      const sent = send(events);
      const victim = i > 0 && i % every === 0 ? SERVICES[i / every - 1] : undefined;
      if (victim !== undefined) await deck.killed(victim);
      await sent;
    }
    const events = firstOfEachId(traffic.sent).length;
    expect(await deck.accepted(events)).toBe(events);
    for (const { campaignId } of traffic.campaigns)
      expect(await deck.said(campaignId)).toBe(deck.oracle(campaignId));
  });

  it('issues each command once, over all kills, and takes its acknowledgement', async () => {
    const wanted = registered
      .map(({ campaignId }) => campaignId)
      .filter((id) => (expected(traffic).get(id)?.lifetime.impressions ?? 0) > 0)
      .sort();
    const commands = await until(issued, (items) => items.length >= wanted.length);
    expect(commands.map(({ campaignId }) => campaignId).sort()).toEqual(wanted);
    expect(new Set(commands.map(({ sequence }) => sequence))).toEqual(new Set([1]));
    for (const { commandId } of commands)
      await deck.client.json('POST', `/v1/commands/${commandId}/ack`, { outcome: 'applied' });
    const after = await until(issued, (items) => items.every(({ state }) => state === 'acknowledged'));
    expect(after.map(({ state }) => state)).toEqual(wanted.map(() => 'acknowledged'));
  });

  it('would notice one event counted twice', async () => {
    const [first] = traffic.sent.filter(({ type, ivt }) => type === 'spend' && ivt === undefined);
    if (first === undefined) throw new Error('The traffic has cost reports.');
    await send([{ ...first, eventId: 'planted' }]);
    const events = firstOfEachId(traffic.sent).length + 1;
    expect(await deck.accepted(events)).toBe(events);
    expect(await deck.said(first.campaignId)).not.toBe(deck.oracle(first.campaignId));
  });

  it('serves the console too', async () => {
    const answer = await fetch(deck.server.url, { headers: { accept: 'text/html' } });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('<div id="root">');
  });

  it('tells who ended and was started again, and stops all of them on SIGINT with 0', async () => {
    const pids = SERVICES.map((name) => servicePid(deck.dataDir, name));
    expect(await deck.server.stop('SIGINT')).toEqual({ code: 0, signal: null });
    for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    for (const name of SERVICES)
      expect(deck.server.stderr()).toMatch(
        new RegExp(`^${name} +\\| ended \\(SIGKILL\\); it is started again`, 'm'),
      );
  });

  async function issued(): Promise<readonly Command[]> {
    return (await deck.client.json<{ items: Command[] }>('GET', '/v1/commands')).items;
  }

  /** As a producer does: the same again until it is taken. */
  async function send(events: readonly WireEvent[]): Promise<void> {
    await until(
      () => deck.client.send('POST', '/v1/events', JSON.stringify(events)).catch(() => undefined),
      (answer) => answer?.status === 200,
      SEND_ATTEMPTS_MAX,
    );
  }
});
