import type { CommandEvent } from '@flightdeck/domain';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { issued } from '../testing/fixtures.js';
import { testApi, type TestApi } from '../testing/test-api.module.js';

interface Command {
  readonly commandId: string;
  readonly sequence: number;
}
interface Page {
  readonly items: Command[];
  readonly next: string | null;
}

let api: TestApi;
const first = issued('c1', 1);
const second = issued('c1', 2);
const other = issued('c2', 1);
const idOf = (event: CommandEvent) => event.data.commandId;
const idsOf = ({ items }: Page) => items.map(({ commandId }) => commandId);
const dispatched = (event: CommandEvent): CommandEvent => ({
  type: 'CommandDispatched',
  data: { commandId: idOf(event), at: '2026-11-22T10:00:00.000Z', bus: 'local', attempts: 1 },
});
const page = async (query = '') => (await api.call('GET', `/v1/commands${query}`)).body as Page;

/** Asks again until the list is as long as that: the index follows the ledger. */
async function listed(count: number, query = ''): Promise<Page> {
  for (;;) {
    const found = await page(query);
    if (found.items.length >= count) return found;
  }
}

beforeAll(async () => {
  api = await testApi();
  await api.commandEvents('c1', first, dispatched(first), second);
  await api.commandEvents('c2', other);
  await listed(3);
});
afterAll(() => api.close());

describe('commands', () => {
  it('are listed newest first, by campaign, by state and by page', async () => {
    expect(idsOf(await page())).toEqual([other, second, first].map(idOf));
    expect((await page('?campaignId=c1')).items.map(({ sequence }) => sequence)).toEqual([2, 1]);
    expect(idsOf(await page('?state=dispatched'))).toEqual([idOf(first)]);
    expect(idsOf(await page('?campaignId=c1&state=issued'))).toEqual([idOf(second)]);
    const one = await page('?limit=1');
    const two = await page(`?limit=1&after=${one.next ?? ''}`);
    const three = await page(`?limit=1&after=${two.next ?? ''}`);
    expect([one, two, three].flatMap(idsOf)).toEqual([other, second, first].map(idOf));
    expect(three.next).toBeNull();
  });

  it('are read by id, with what went over the bus and what became of it', async () => {
    const read = await api.call('GET', `/v1/commands/${idOf(first)}`);
    expect(read.body).toMatchObject({
      command: 'PauseCampaign',
      facts: { 'utilization.today': 0.92 },
      state: 'dispatched',
      bus: 'local',
    });
    expect(read.body).not.toHaveProperty('period');
    expect((await api.call('GET', '/v1/commands/none')).body).toMatchObject({
      status: 404,
      code: 'unknown-command',
    });
  });

  it('are acknowledged by the campaign system, once', async () => {
    const token = await api.token('system');
    const path = `/v1/commands/${idOf(first)}/ack`;
    const done = await api.call('POST', path, {
      token,
      body: { outcome: 'applied', detail: 'Paused at the ad server.' },
    });
    expect(done.body).toMatchObject({
      state: 'acknowledged',
      acknowledgement: { outcome: 'applied', detail: 'Paused at the ad server.' },
    });
    expect((await api.call('POST', path, { token, body: { outcome: 'applied' } })).body).toEqual(done.body);
    const otherwise = await api.call('POST', path, { token, body: { outcome: 'rejected' } });
    expect(otherwise.body).toMatchObject({ status: 409, code: 'already-acknowledged' });
    expect((await page('?state=dispatched')).items).toEqual([]);
    expect((await api.call('GET', `/v1/commands/${idOf(first)}`)).body).toEqual(done.body);
  });

  it('refuse an unknown outcome and an unknown command', async () => {
    expect(
      (await api.call('POST', `/v1/commands/${idOf(second)}/ack`, { body: { outcome: 'maybe' } })).status,
    ).toBe(400);
    expect((await api.call('POST', '/v1/commands/none/ack', { body: { outcome: 'applied' } })).status).toBe(
      404,
    );
  });

  it('tell of one that nobody answered in time, and list those', async () => {
    const silent = issued('c3', 1);
    const said = { commandId: idOf(silent), at: '2026-11-22T10:02:00.000Z' };
    const named = { command: 'PauseCampaign', severity: 'critical', ruleId: 'r1' } as const;
    const times = { dispatchedAt: '2026-11-22T10:00:00.000Z', expiresAt: '2026-11-22T10:15:00.000Z' };
    expect((await page('?unacknowledged=true')).items).toEqual([]);
    await api.commandEvents('c3', silent, dispatched(silent), {
      type: 'CommandUnacknowledged',
      data: { ...said, ...named, ...times },
    });
    expect(await listed(1, '?unacknowledged=true')).toMatchObject({
      items: [{ commandId: idOf(silent), state: 'dispatched', unacknowledgedAt: said.at }],
    });
    expect(await page('?unacknowledged=true&campaignId=c1')).toEqual({ items: [], next: null });
    expect(await page('?unacknowledged=true&state=dispatched&campaignId=c3')).toMatchObject({ next: null });
    await api.call('POST', `/v1/commands/${idOf(silent)}/ack`, { body: { outcome: 'applied' } });
    expect((await page('?unacknowledged=true')).items).toMatchObject([
      { state: 'acknowledged', unacknowledgedAt: said.at },
    ]);
    expect((await page('?unacknowledged=true&state=dispatched')).items).toEqual([]);
  });

  it('stay after a restart, and go on from where the index was', async () => {
    await api.restart();
    expect((await page()).items).toHaveLength(4);
    await api.commandEvents('c2', {
      type: 'CommandExpired',
      data: { commandId: idOf(other), at: '2026-11-22T11:00:00.000Z' },
    });
    await listed(1, '?state=expired');
    expect(idsOf(await page('?state=issued'))).toEqual([idOf(second)]);
  });
});
