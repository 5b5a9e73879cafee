import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testApi, type TestApi } from '../testing/test-api.module.js';

const ENOUGH = { fact: 'impressions.today', operator: 'greaterThan', value: 1000 };
const COLLAPSED = {
  meaning: 'The click-through rate has collapsed on a sample that means something.',
  conditions: { all: [ENOUGH, { fact: 'ctr.today', operator: 'lessThan', value: 0.001 }] },
};
const RULE = {
  name: 'Collapsed and rich',
  scope: { all: true },
  conditions: {
    all: [{ condition: 'collapsed' }, { fact: 'spend.today', operator: 'greaterThan', value: 5 }],
  },
  action: { command: 'PauseCampaign', params: {} },
  severity: 'critical',
  mode: 'active',
};

let api: TestApi;
const any = { 'if-match': '*' };
const put = (path: string, body: object, headers: Record<string, string> = any) =>
  api.call('PUT', `/v1/${path}`, { body, headers });

beforeAll(async () => {
  api = await testApi();
});
afterAll(() => api.close());

describe('a shared condition', () => {
  it('is written, read, and named by rules, which keep the revision they were saved with', async () => {
    expect((await put('conditions/collapsed', COLLAPSED)).body).toMatchObject({
      ...COLLAPSED,
      ...{ conditionId: 'collapsed', revision: 0, retired: false, usedBy: [] },
    });
    const saved = await put('rules/r1', RULE);
    expect(saved.body).toMatchObject({
      ...{ revision: 0, mode: 'active' },
      conditions: RULE.conditions,
      shared: { collapsed: { revision: 0, conditions: COLLAPSED.conditions } },
    });
    expect((await api.call('GET', '/v1/conditions/collapsed')).body).toMatchObject({
      usedBy: [{ ruleId: 'r1', ruleRevision: 0, mode: 'active', uses: 0 }],
    });
  });

  it('is evaluated as if it were written out', async () => {
    const impression = { type: 'impression', campaignId: 'c1' } as const;
    const price = { model: 'CPC', micros: 10, currency: 'USD' };
    await api.adEvents({ ...impression, type: 'click', price }, impression, impression);
    const verdict = async (value: number) => {
      const conditions = {
        any: [{ fact: 'impressions.today', operator: 'greaterThanInclusive', value }],
      };
      await put('conditions/seen', { meaning: 'Seen.', conditions });
      const draft = { ...RULE, conditions: { all: [{ condition: 'seen' }] } };
      const { mode: _, ...body } = draft;
      return ((await api.call('POST', '/v1/rules/preview', { body })).body as { matched: number }).matched;
    };
    expect([await verdict(2), await verdict(3)]).toEqual([1, 0]);
  });

  it('changes no rule by itself: rules take a new revision up when they are told to', async () => {
    const strict = { ...COLLAPSED, conditions: { all: [ENOUGH] } };
    expect((await put('conditions/collapsed', strict, { 'if-match': '"0"' })).body).toMatchObject({
      revision: 1,
    });
    expect((await api.call('GET', '/v1/rules/r1')).body).toMatchObject({
      revision: 0,
      shared: { collapsed: { revision: 0 } },
    });
    const applied = await api.call('POST', '/v1/conditions/collapsed/apply', { body: {} });
    expect(applied.body).toMatchObject({ items: [{ ruleId: 'r1', outcome: 'revised', revision: 1 }] });
    expect((await api.call('GET', '/v1/rules/r1')).body).toMatchObject({
      ...{ revision: 1, mode: 'active' },
      shared: { collapsed: { revision: 1, conditions: strict.conditions } },
    });
    expect((await api.call('POST', '/v1/conditions/collapsed/apply', { body: {} })).body).toMatchObject({
      items: [],
    });
  });

  it('cannot be saved wrong, name another, or be named when it is not there or retired', async () => {
    const nested = { ...COLLAPSED, conditions: { all: [{ condition: 'collapsed' }] } };
    expect((await put('conditions/nested', nested)).body).toMatchObject({
      ...{ status: 422, code: 'invalid-condition' },
      errors: [{ pointer: '/conditions/all/0/condition' }],
    });
    const unknown = { ...RULE, conditions: { all: [{ condition: 'constructor' }] } };
    expect((await put('rules/r2', unknown)).body).toMatchObject({
      ...{ status: 422, code: 'invalid-rule' },
      errors: [{ pointer: '/conditions/all/0/condition', detail: expect.stringContaining('collapsed') }],
    });
    await api.call('POST', '/v1/conditions/seen/retire', { headers: any });
    const retired = { ...RULE, conditions: { condition: 'seen' } };
    expect((await put('rules/r2', retired)).status).toBe(422);
    expect((await api.call('GET', '/v1/rules/r2')).status).toBe(404);
    expect((await api.call('GET', '/v1/conditions/none')).status).toBe(404);
  });

  it('counts against the limits as if it were written out', async () => {
    const many = { meaning: 'Many.', conditions: { all: Array(40).fill(ENOUGH) } };
    await put('conditions/many', many);
    const twice = { ...RULE, conditions: { any: [{ condition: 'many' }, { condition: 'many' }] } };
    expect((await put('rules/r3', twice)).body).toMatchObject({ status: 422 });
    const once = { ...RULE, conditions: { any: [{ condition: 'many' }] } };
    expect((await put('rules/r3', once)).status).toBe(200);
  });
});

describe('where approval is required', () => {
  it('nobody changes an active rule by changing what it names', async () => {
    const strict = await testApi({ approvals: 'required' });
    try {
      const key = async (role: string, person: string) =>
        ((await strict.call('POST', '/v1/keys', { body: { role, person } })).body as { token: string }).token;
      const [ann, bob] = [await key('manager', 'ann'), await key('approver', 'bob')];
      const write = (path: string, body: object) =>
        strict.call('PUT', `/v1/${path}`, { token: ann, body, headers: any });
      await write('conditions/collapsed', COLLAPSED);
      await write('rules/r1', { ...RULE, mode: 'draft' });
      await strict.call('POST', '/v1/rules/r1/submit', { token: ann, body: {}, headers: any });
      const approved = await strict.call('POST', '/v1/rules/r1/approve', {
        token: bob,
        body: { revision: 1 },
      });
      expect(approved.body).toMatchObject({ mode: 'active' });
      await write('conditions/collapsed', { ...COLLAPSED, conditions: { all: [ENOUGH] } });
      const applied = await strict.call('POST', '/v1/conditions/collapsed/apply', { token: ann, body: {} });
      expect(applied.body).toMatchObject({ items: [{ outcome: 'refused', code: 'approval-required' }] });
      expect((await strict.call('GET', '/v1/rules/r1')).body).toMatchObject({
        ...{ mode: 'active', revision: 2 },
        shared: { collapsed: { revision: 0 } },
      });
    } finally {
      await strict.close();
    }
  });
});
