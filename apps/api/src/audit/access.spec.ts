import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AccessResponse } from '@flightdeck/contracts';
import { ROUTES } from '../testing/routes.js';
import { testApi, type TestApi } from '../testing/test-api.module.js';

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
});
afterAll(() => api.close());

interface Page {
  readonly items: AccessResponse[];
  readonly next: string | null;
}
const page = async (query = ''): Promise<Page> =>
  (await api.call('GET', `/v1/audit/access${query}`, { token: await api.token('auditor') })).body as Page;

describe('the access book over REST', () => {
  it('lists who changed keys, read across campaigns and approved, newest first', async () => {
    const auditor = await api.token('auditor');
    await api.call('GET', '/v1/campaigns', { token: auditor });
    await api.call('GET', '/v1/commands?campaignId=c1', { token: auditor });
    await api.call('POST', '/v1/rules/r1/approve', { body: {}, token: await api.token('approver') });
    const { items } = await page('?limit=500');
    const told = items.map(({ action, role, route }) => [action, role, route]);
    expect(told).toContainEqual(['key-change', 'admin', 'POST /v1/keys']);
    expect(told).toContainEqual(['cross-campaign-read', 'auditor', 'GET /v1/campaigns']);
    expect(told).toContainEqual(['approval', 'approver', 'POST /v1/rules/:ruleId/approve']);
    expect(told[0]).toEqual(['audit-read', 'auditor', 'GET /v1/audit/access']);
    expect(told.map(([, , route]) => route)).not.toContain('GET /v1/commands');
  });

  it('lists every use of every audit route', async () => {
    const auditor = await api.token('auditor');
    const routes = ROUTES.filter((route) => route.startsWith('GET /v1/audit/') && !route.includes('{'));
    expect(routes.length).toBeGreaterThan(6);
    for (const route of routes) await api.call('GET', route.slice('GET '.length), { token: auditor });
    const { items } = await page('?limit=500');
    const booked = new Set(items.map(({ route }) => route));
    expect(routes.filter((route) => !booked.has(route))).toEqual([]);
  });

  it('lists what reads across campaigns beside the lists, and what is taken away', async () => {
    const manager = await api.token('manager');
    await api.call('GET', '/v1/trends?campaignIds=c1', { token: manager });
    await api.call('GET', '/v1/rules/export', { token: manager });
    await api.call('GET', '/v1/advertisers', { token: manager });
    await api.call('POST', '/v1/rules/r1/preview', { body: {}, token: manager });
    const { items } = await page('?limit=500');
    const told = items.map(({ action, role, route }) => [action, role, route].join(' '));
    expect(told).toEqual(
      expect.arrayContaining([
        'cross-campaign-read manager GET /v1/trends',
        'export manager GET /v1/rules/export',
        'cross-campaign-read manager GET /v1/advertisers',
        'cross-campaign-read manager POST /v1/rules/:ruleId/preview',
      ]),
    );
  });

  it('is paged and filtered', async () => {
    await page();
    const one = await page('?limit=1&action=audit-read');
    expect(one.items).toHaveLength(1);
    const two = await page(`?limit=1&action=audit-read&cursor=${one.next ?? ''}`);
    expect(two.items[0]?.revision).toBeLessThan(one.items[0]?.revision ?? 0);
    expect((await page('?actor=nobody')).items).toEqual([]);
  });

  it('is the auditor’s and the administrator’s to read', async () => {
    for (const role of ['manager', 'approver', 'system'] as const) {
      const { status } = await api.call('GET', '/v1/audit/access', { token: await api.token(role) });
      expect(status).toBe(403);
    }
  });
});
