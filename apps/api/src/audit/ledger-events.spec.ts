import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { STREAM } from '@flightdeck/contracts';
import { partitionOf } from '@flightdeck/ledger';
import { PARTITIONS, testApi, type TestApi } from '../testing/test-api.module.js';

interface Page {
  readonly stream: string;
  readonly items: readonly {
    readonly revision: number;
    readonly type: string;
    readonly recordedAt: string;
    readonly data: Record<string, unknown>;
  }[];
  readonly next: number | null;
}

/** A campaign whose events stand in the same partition as those of c1. */
const NEIGHBOUR = Array.from({ length: 100 }, (_, n) => `n${n}`).find(
  (id) => partitionOf(id, PARTITIONS) === partitionOf('c1', PARTITIONS),
) as string;

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
  const clicks = ['c1', NEIGHBOUR, 'c1'].map((campaignId, index) => ({
    ...{ type: 'click' as const, campaignId, eventId: `e${index}` },
    price: { model: 'CPC', micros: 10, currency: 'USD' },
  }));
  for (const click of clicks) await api.adEvents(click);
});
afterAll(() => api.close());

const read = async (query: string, token?: string): Promise<Page & { readonly status?: number }> => {
  const answer = await api.call('GET', `/v1/audit/events?${query}`, token === undefined ? {} : { token });
  return { status: answer.status, ...(answer.body as Page) };
};

describe('the ledger, read as it is', () => {
  it('is read stream by stream, forwards and backwards, page by page', async () => {
    const { stream } = await read('campaignId=c1');
    const first = await read(`stream=${stream}&limit=1`);
    expect(first.items).toMatchObject([{ revision: 0, type: 'ClickRecorded' }]);
    expect(first.next).toBe(1);
    const backwards = await read(`stream=${stream}&order=backwards&limit=200`);
    const revisions = backwards.items.map(({ revision }) => revision);
    expect(revisions).toEqual([...revisions].sort((a, b) => b - a));
    expect(backwards.next).toBeNull();
  });

  it('tells the events of one campaign only', async () => {
    const { items, next } = await read('campaignId=c1');
    expect(items.map(({ data }) => [data['campaignId'], data['eventId']])).toEqual([
      ['c1', 'e0'],
      ['c1', 'e2'],
    ]);
    expect(next).toBeNull();
    const one = await read('campaignId=c1&limit=1');
    const rest = await read(`campaignId=c1&from=${one.next}`);
    expect(rest.items.map(({ data }) => data['eventId'])).toEqual(['e2']);
  });

  it('begins at a time, on either side of it', async () => {
    const all = await read('campaignId=c1');
    const { stream } = all;
    const first = String(all.items[0]?.recordedAt);
    const before = new Date(Date.parse(first) - 1).toISOString();
    expect(await read(`stream=${stream}&order=backwards&at=${before}`)).toMatchObject({ items: [] });
    const from = await read(`stream=${stream}&limit=1&at=${first}`);
    expect(from.items).toMatchObject([{ recordedAt: first }]);
    const last = await read(`stream=${stream}&order=backwards&limit=1&at=2100-01-01T00:00:00Z`);
    expect(last.items[0]?.revision).toBe((await read(`stream=${stream}&limit=200`)).items.length - 1);
    expect((await read(`stream=${stream}&from=0&at=${first}`)).status).toBe(400);
  });

  it('is empty where nothing was written, and asks for a stream or a campaign', async () => {
    expect(await read('stream=ads-99')).toMatchObject({ items: [], next: null });
    expect((await read('')).status).toBe(400);
    expect((await read('stream=a&campaignId=c1')).status).toBe(400);
    expect((await read('stream=../etc')).status).toBe(400);
  });

  it('is for auditors, and booked', async () => {
    expect((await read('stream=ads-00', await api.token('manager'))).status).toBe(403);
    expect((await read('stream=ads-00', await api.token('auditor'))).status).toBe(200);
    const { items } = await read('stream=access-audit&order=backwards&limit=5');
    expect(items.some(({ data }) => data['action'] === 'audit-read')).toBe(true);
  });

  it('would be seen to mix campaigns (planted)', async () => {
    const unfiltered = (await read(`stream=${STREAM.ads(partitionOf('c1', PARTITIONS))}`)).items;
    const { items } = await read('campaignId=c1');
    expect(unfiltered).not.toHaveLength(items.length);
  });
});
