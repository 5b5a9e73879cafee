import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ADMIN_TOKEN, testApi, type TestApi } from '../testing/test-api.module.js';
import { API_KEYS_STREAM } from './api-keys.js';

interface Created {
  readonly keyId: string;
  readonly role: string;
  readonly token: string;
}
interface Page {
  readonly items: Created[];
  readonly next: string | null;
}

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
});
afterAll(() => api.close());

const create = async (headers = {}) =>
  (await api.call('POST', '/v1/keys', { body: { role: 'auditor', name: 'Ada' }, headers })).body as Created;
const page = async (query = '') => (await api.call('GET', `/v1/keys${query}`)).body as Page;

describe('API keys', () => {
  it('open what their role may do, from the answer on', async () => {
    const { token } = await create();
    expect((await api.call('GET', '/v1/campaigns', { token })).status).toBe(200);
    expect((await api.call('GET', '/v1/keys', { token })).status).toBe(403);
  });

  it('are stored as a hash and never told again', async () => {
    const { token } = await create();
    let stored = '';
    for await (const event of api.store.read(API_KEYS_STREAM, 'start', { direction: 'forwards', max: 100 })) {
      stored += Buffer.from(event.data).toString() + Buffer.from(event.metadata).toString();
    }
    const listed = JSON.stringify(await page());
    for (const secret of [token, ADMIN_TOKEN]) expect(stored + listed).not.toContain(secret);
    expect(listed).not.toMatch(/hash/i);
    expect(stored).toContain('tokenHash');
  });

  it('are not created twice under one Idempotency-Key, and the token is told once', async () => {
    const first = await create({ 'idempotency-key': 'ada' });
    const again = await create({ 'idempotency-key': 'ada' });
    expect(again).toEqual({ ...first, token: null });
  });

  it('open nothing once revoked, also after a restart', async () => {
    const { keyId, token } = await create();
    expect((await api.call('DELETE', `/v1/keys/${keyId}`)).status).toBe(204);
    expect((await api.call('GET', '/v1/campaigns', { token })).status).toBe(401);
    expect((await api.call('DELETE', `/v1/keys/${keyId}`)).status).toBe(204);
    await api.restart();
    expect((await api.call('GET', '/v1/campaigns', { token })).status).toBe(401);
    expect((await page()).items.map((key) => key.keyId)).not.toContain(keyId);
    expect((await page('?revoked=true')).items.map((key) => key.keyId)).toContain(keyId);
  });

  it('are paged', async () => {
    const one = await page('?limit=1');
    const two = await page(`?limit=1&cursor=${one.next ?? ''}`);
    expect(two.items[0]?.keyId).not.toBe(one.items[0]?.keyId);
  });

  it('refuse an unknown role and an unknown key', async () => {
    expect((await api.call('POST', '/v1/keys', { body: { role: 'god' } })).status).toBe(400);
    const unknown = await api.call('DELETE', '/v1/keys/6ba7b811-9dad-41d1-80b4-00c04fd430c8');
    expect(unknown.body).toMatchObject({ status: 404, code: 'no-such-key' });
  });
});
