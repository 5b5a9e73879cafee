import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testApi, type TestApi } from '../testing/test-api.module.js';

const RULE = {
  name: '90 percent',
  scope: { campaignIds: ['c1'] },
  conditions: { all: [{ fact: 'utilization.today', operator: 'greaterThanInclusive', value: 0.9 }] },
  action: { command: 'PauseCampaign', params: {} },
  severity: 'critical',
  mode: 'active',
  guards: {},
};

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
});
afterAll(() => api.close());

describe('rules', () => {
  it('are created, listed and read at once, with the documented defaults', async () => {
    const made = await api.call('POST', '/v1/rules', { body: { ...RULE, ruleId: 'r1' } });
    expect([made.status, made.headers.get('etag'), made.headers.get('location')]).toEqual([
      201,
      '"0"',
      '/v1/rules/r1',
    ]);
    expect(made.body).toMatchObject({ ...RULE, ruleId: 'r1', priority: 100, author: 'admin', revision: 0 });
    expect((await api.call('GET', '/v1/rules/r1')).body).toEqual(made.body);
    const item = { ...(made.body as object), lastCommand: null };
    expect((await api.call('GET', '/v1/rules')).body).toEqual({ items: [item], next: null });
  });

  it('get an id of their own when none is given, the same one for the same Idempotency-Key', async () => {
    const headers = { 'idempotency-key': 'rule-1' };
    const one = await api.call('POST', '/v1/rules', { body: RULE, headers });
    const again = await api.call('POST', '/v1/rules', { body: RULE, headers });
    expect(again.body).toEqual(one.body);
    expect(((await api.call('GET', '/v1/rules')).body as { items: unknown[] }).items).toHaveLength(2);
  });

  it.each([
    ['an unknown fact', { all: [{ fact: 'spend.tomorrow', operator: 'equal', value: 1 }] }],
    ['an unknown operator', { all: [{ fact: 'ctr.today', operator: 'matches', value: '(a+)+$' }] }],
    ['a value of the wrong type', { all: [{ fact: 'ctr.today', operator: 'greaterThan', value: '5' }] }],
    ['a path of its own', { all: [{ fact: 'ctr.today', operator: 'greaterThan', value: 1, path: '$..x' }] }],
    ['no group', {}],
  ])('refuse %s with a pointer', async (_, conditions) => {
    const refused = await api.call('POST', '/v1/rules', { body: { ...RULE, conditions } });
    expect(refused.body).toMatchObject({ status: 422, code: 'invalid-rule' });
    const { errors } = refused.body as { errors: { pointer: string }[] };
    expect(errors[0]?.pointer).toMatch(/^\/conditions/);
  });

  it('refuse what has no shape of a rule', async () => {
    expect((await api.call('POST', '/v1/rules', { body: { ...RULE, severity: 'loud' } })).body).toMatchObject(
      { status: 400 },
    );
    expect((await api.call('POST', '/v1/rules', { body: { ...RULE, scope: {} } })).status).toBe(400);
  });

  it.each([
    [{ guards: { cooldownMinutes: -1 } }, '/guards/cooldownMinutes', 'a whole number from 0 to'],
    [{ guards: { maxPerDay: 1.5 } }, '/guards/maxPerDay', 'a whole number from 1 to 1000'],
    [{ guards: { rearmAfterMinutes: '5' } }, '/guards/rearmAfterMinutes', 'a whole number from 0 to'],
    [{ priority: 0 }, '/priority', 'a whole number from 1 to 1000'],
    [{ rollout: { percent: 200 } }, '/rollout/percent', 'a number above 0, at most 100'],
  ])('say of %j what would be right', async (change, pointer, right) => {
    const { body } = await api.call('POST', '/v1/rules', { body: { ...RULE, ...change } });
    const { errors } = body as { errors: { pointer: string; detail: string }[] };
    expect(errors).toMatchObject([{ pointer, detail: expect.stringContaining(right) as unknown }]);
  });

  it('are revised and disabled under If-Match, and keep their history', async () => {
    const body = { ...RULE, name: '95 percent', reason: 'Too early.' };
    expect((await api.call('PUT', '/v1/rules/r1', { body })).status).toBe(428);
    expect((await api.call('PUT', '/v1/rules/r1', { body, headers: { 'if-match': '"4"' } })).status).toBe(
      412,
    );
    const revised = await api.call('PUT', '/v1/rules/r1', { body, headers: { 'if-match': '"0"' } });
    expect(revised.body).toMatchObject({ name: '95 percent', revision: 1 });
    const disabled = await api.call('POST', '/v1/rules/r1/disable', { headers: { 'if-match': '"1"' } });
    expect(disabled.body).toMatchObject({ mode: 'disabled', revision: 2 });
    const history = await api.call('GET', '/v1/rules/r1/history');
    expect(history.body).toMatchObject({
      items: [
        { type: 'RuleDisabled', changes: [{ pointer: '/mode', before: 'active', after: 'disabled' }] },
        {
          ...{ type: 'RuleRevised', reason: 'Too early.' },
          changes: [{ pointer: '/name', before: '90 percent', after: '95 percent' }],
        },
        { type: 'RuleCreated', actor: 'admin', changes: [] },
      ],
      next: null,
    });
  });

  it('answer 404 when there is none', async () => {
    expect((await api.call('GET', '/v1/rules/none')).status).toBe(404);
    expect((await api.call('GET', '/v1/rules/none/history')).status).toBe(404);
    const headers = { 'if-match': '"0"' };
    expect((await api.call('PUT', '/v1/rules/none', { body: RULE, headers })).body).toMatchObject({
      status: 404,
      code: 'no-such-rule',
    });
  });

  it('are told for a campaign, the highest priority first, disabled ones left out', async () => {
    await api.call('POST', '/v1/rules', {
      body: { ...RULE, ruleId: 'all', scope: { all: true }, priority: 900 },
    });
    await api.call('POST', '/v1/rules', {
      body: { ...RULE, ruleId: 'other', scope: { advertiserId: 'adv9' } },
    });
    const { items } = (await api.call('GET', '/v1/campaigns/c1/rules')).body as {
      items: { ruleId: string }[];
    };
    expect(items[0]?.ruleId).toBe('all');
    expect(items).toHaveLength(2);
  });

  it('stay after a restart', async () => {
    await api.restart();
    const disabled = await api.call('GET', '/v1/rules?mode=disabled');
    expect((disabled.body as { items: unknown[] }).items).toMatchObject([{ ruleId: 'r1' }]);
  });
});

describe('the facts catalog', () => {
  it('names type, unit, meaning, an example and the operators of each fact', async () => {
    const { items } = (await api.call('GET', '/v1/facts')).body as {
      items: { name: string; operators: string[] }[];
    };
    const utilization = items.find(({ name }) => name === 'utilization.today');
    expect(utilization).toMatchObject({ type: 'number', unit: 'ratio' });
    expect(utilization?.operators).toContain('greaterThanInclusive');
    expect(items.find(({ name }) => name === 'campaign.tags')?.operators).toEqual([
      'contains',
      'doesNotContain',
    ]);
  });
});
