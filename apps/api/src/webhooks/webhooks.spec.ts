import { randomUUID } from 'node:crypto';
import { encodeJson, STREAM } from '@flightdeck/contracts';
import type { DeliveryEvent } from '@flightdeck/domain';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testApi, type TestApi } from '../testing/test-api.module.js';

interface Created {
  readonly webhookId: string;
  readonly secret: string | null;
  readonly generation: number;
}

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
});
afterAll(() => api.close());

const BODY = { url: 'https://hooks.example/a', pattern: { source: ['flightdeck.rules'] } };
const create = async (headers = {}): Promise<Created> =>
  (await api.call('POST', '/v1/webhooks', { body: BODY, headers })).body as Created;
const tried = async (webhookId: string, ...events: readonly DeliveryEvent[]): Promise<void> => {
  const stored = events.map(({ type, data }) => ({
    ...{ id: randomUUID(), type },
    ...{ data: encodeJson(data), metadata: encodeJson({}) },
  }));
  await api.store.append(STREAM.delivery(webhookId), stored, 'any');
};
const of = (deliveryId: string) => ({
  ...{ deliveryId, source: { stream: 'command-c1', revision: 0 }, detailType: 'PauseCampaign' },
  at: '2026-11-22T10:00:00.000Z',
});

describe('webhooks', () => {
  it('tell their secret once and store none of it', async () => {
    const { webhookId, secret } = await create();
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    let stored = '';
    for await (const event of api.store.read(STREAM.webhooks, 'start', { direction: 'forwards', max: 100 }))
      stored += Buffer.from(event.data).toString() + Buffer.from(event.metadata).toString();
    const told = JSON.stringify((await api.call('GET', '/v1/webhooks')).body);
    expect(stored).toContain(webhookId);
    expect(told).toContain(webhookId);
    expect(stored + told).not.toContain((secret ?? '').slice('whsec_'.length));
  });

  it('are created once under one Idempotency-Key', async () => {
    const first = await create({ 'idempotency-key': 'hook' });
    expect(await create({ 'idempotency-key': 'hook' })).toEqual({ ...first, secret: null });
  });

  it('rotate to another secret', async () => {
    const { webhookId, secret } = await create();
    const { body } = await api.call('POST', `/v1/webhooks/${webhookId}/rotate`);
    expect(body).toMatchObject({ webhookId, generation: 2 });
    expect((body as Created).secret).not.toBe(secret);
  });

  it('are gone once deleted', async () => {
    const { webhookId } = await create();
    expect((await api.call('DELETE', `/v1/webhooks/${webhookId}`)).status).toBe(204);
    const gone = await api.call('GET', `/v1/webhooks/${webhookId}`);
    expect(gone.body).toMatchObject({ status: 404, code: 'no-such-webhook' });
  });

  it.each([
    [{ ...BODY, url: 'ftp://hooks.example/' }, '/url'],
    [{ ...BODY, url: 'https://ann:secret@hooks.example/' }, '/url'],
    [{ ...BODY, pattern: {} }, '/pattern'],
    [
      { ...BODY, pattern: { detail: { severity: ['critical', { regex: '.*' }] } } },
      '/pattern/detail/severity/1/regex',
    ],
    [
      { ...BODY, pattern: { a: Array.from({ length: 290 }, (_, index) => `${index}`.padStart(20, '0')) } },
      '/pattern',
    ],
    [{ ...BODY, secret: 'mine' }, ''],
  ])('refuse %j and say where', async (body, pointer) => {
    const { status, body: problem } = await api.call('POST', '/v1/webhooks', { body });
    expect(status).toBe(400);
    const { errors } = problem as { errors: { pointer: string }[] };
    expect(errors.map((error) => error.pointer)).toContain(pointer);
  });

  it('list what became of deliveries, the latest first, page by page, by state', async () => {
    const { webhookId } = await create();
    const [one, two, three] = [randomUUID(), randomUUID(), randomUUID()];
    const failed = { attempt: 1, status: 500, error: 'It answered 500.' };
    await tried(
      webhookId,
      { type: 'DeliveryFailed', data: { ...of(one), ...failed, nextAt: '2026-11-22T10:00:05.000Z' } },
      { type: 'DeliveryFailed', data: { ...of(two), ...failed, nextAt: null } },
      { type: 'DeliverySucceeded', data: { ...of(three), attempt: 1, status: 200 } },
      { type: 'DeliverySucceeded', data: { ...of(one), attempt: 2, status: 204 } },
    );
    const page = async (query: string): Promise<{ items: { deliveryId: string }[]; next: string | null }> =>
      (await api.call('GET', `/v1/webhooks/${webhookId}/deliveries${query}`)).body as never;
    const first = await page('?limit=2');
    const second = await page(`?limit=2&cursor=${first.next ?? ''}`);
    expect([...first.items, ...second.items].map((item) => item.deliveryId)).toEqual([one, three, two]);
    expect(first.items[0]).toMatchObject({ state: 'delivered', attempts: 2, status: 204, nextAt: null });
    expect(second.next).toBeNull();
    expect((await page('?state=dead')).items.map((item) => item.deliveryId)).toEqual([two]);
  });

  it('send a dead letter once more, and only a dead one', async () => {
    const { webhookId } = await create();
    const dead = randomUUID();
    const failed = { attempt: 8, status: null, error: 'No answer.', nextAt: null };
    await tried(webhookId, { type: 'DeliveryFailed', data: { ...of(dead), ...failed } });
    const path = `/v1/webhooks/${webhookId}/deliveries/${dead}/redrive`;
    expect((await api.call('POST', path)).status).toBe(202);
    expect((await api.call('POST', path)).body).toMatchObject({ status: 409, code: 'not-a-dead-letter' });
    const { body } = await api.call('GET', `/v1/webhooks/${webhookId}/deliveries`);
    expect(body).toMatchObject({ items: [{ deliveryId: dead, state: 'waiting', attempts: 0 }] });
  });
});
