import type { ExportedRulesResponse } from '@flightdeck/contracts';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { testApi, type TestApi } from '../testing/test-api.module.js';
import { RuleShelf } from './rule-shelf.js';

const file = (ruleId: string, value = 0.9, mode = 'active') => ({
  ...{ ruleId, mode, name: `At ${value}`, scope: { all: true }, severity: 'critical', priority: 100 },
  conditions: { all: [{ fact: 'utilization.today', operator: 'greaterThanInclusive', value }] },
  ...{ action: { command: 'PauseCampaign', params: {} }, guards: {} },
});
const condition = {
  ...{ conditionId: 'late', meaning: 'The day is nearly over.' },
  conditions: { all: [{ fact: 'time.localHour', operator: 'greaterThan', value: 20 }] },
};
const named = { ...file('named'), conditions: { all: [{ condition: 'late' }] } };

let api: TestApi;
const send = (body: object, token?: string) =>
  api.call('POST', '/v1/rules/import', { body, ...(token === undefined ? {} : { token }) });
const revisions = async () =>
  ((await api.call('GET', '/v1/rules')).body as { items: { ruleId: string; revision: number }[] }).items.map(
    ({ ruleId, revision }) => [ruleId, revision],
  );

beforeAll(async () => {
  api = await testApi();
});
afterAll(() => api.close());

describe('rules as files', () => {
  const all = { conditions: [condition], rules: [file('r1'), file('r2', 0.5, 'shadow'), named] };

  it('are tried first without a trace', async () => {
    expect((await send({ ...all, dryRun: true })).body).toMatchObject({
      conditions: [{ id: 'late', outcome: 'created' }],
      rules: [{ outcome: 'created' }, { outcome: 'created' }, { id: 'named', outcome: 'created' }],
    });
    expect(await revisions()).toEqual([]);
  });

  it('are imported, and the same import again changes nothing', async () => {
    expect((await send(all)).body).toMatchObject({ rules: Array(3).fill({ outcome: 'created' }) });
    expect((await send(all)).body).toMatchObject({
      conditions: [{ outcome: 'unchanged' }],
      rules: Array(3).fill({ outcome: 'unchanged' }),
    });
    expect((await send({ rules: [file('r1', 0.8), named] })).body).toMatchObject({
      rules: [{ outcome: 'revised' }, { outcome: 'unchanged' }],
    });
    expect((await api.call('GET', '/v1/rules/named')).body).toMatchObject({
      revision: 0,
      shared: { late: { revision: 0 } },
    });
  });

  it('come out as they went in', async () => {
    const exported = (await api.call('GET', '/v1/rules/export')).body as ExportedRulesResponse;
    expect(exported).toEqual({
      conditions: [condition],
      rules: [named, file('r1', 0.8), file('r2', 0.5, 'shadow')],
    });
    expect((await send(exported)).body).toMatchObject({
      conditions: [{ outcome: 'unchanged' }],
      rules: Array(3).fill({ outcome: 'unchanged' }),
    });
  });

  it('are seen to change something by an import that forgets what is there', async () => {
    const exported = (await api.call('GET', '/v1/rules/export')).body as ExportedRulesResponse;
    const forgetting = jest.spyOn(RuleShelf.prototype, 'current').mockResolvedValue(undefined);
    const { body } = await send({ ...exported, dryRun: true });
    forgetting.mockRestore();
    expect(body).toMatchObject({ rules: Array(3).fill({ outcome: 'created' }) });
  });

  it('are refused together when one is wrong, each mistake at its place', async () => {
    const before = await revisions();
    const wrong = { ...file('r9'), conditions: { all: [{ fact: 'no.such', operator: 'equal', value: 1 }] } };
    const refused = await send({ rules: [file('r8'), wrong, file('r8')] });
    expect(refused.body).toMatchObject({
      ...{ status: 422, code: 'invalid-rule' },
      errors: [{ pointer: '/rules/1/conditions/all/0/fact' }, { pointer: '/rules/2/ruleId' }],
    });
    expect(await revisions()).toEqual(before);
  });

  it('are written one by one with If-Match *, again and again', async () => {
    const { ruleId: _, ...body } = file('r7');
    const put = () => api.call('PUT', '/v1/rules/r7', { body, headers: { 'if-match': '*' } });
    expect([(await put()).body, (await put()).body]).toMatchObject(Array(2).fill({ revision: 0 }));
  });
});

describe('where approval is required', () => {
  it('are submitted when asked, and an import of what is active changes nothing', async () => {
    const strict = await testApi({ approvals: 'required' });
    try {
      const key = async (role: string, person: string) =>
        ((await strict.call('POST', '/v1/keys', { body: { role, person } })).body as { token: string }).token;
      const [ann, bob] = [await key('manager', 'ann'), await key('approver', 'bob')];
      const bring = (body: object) => strict.call('POST', '/v1/rules/import', { token: ann, body });
      const rules = [file('r1')];
      expect((await bring({ rules })).body).toMatchObject({
        rules: [{ outcome: 'refused', code: 'approval-required' }],
      });
      expect((await bring({ rules, submit: true })).body).toMatchObject({
        rules: [{ outcome: 'submitted' }],
      });
      expect((await bring({ rules, submit: true })).body).toMatchObject({
        rules: [{ outcome: 'unchanged' }],
      });
      await strict.call('POST', '/v1/rules/r1/approve', { token: bob, body: { revision: 1 } });
      expect((await bring({ rules })).body).toMatchObject({ rules: [{ outcome: 'unchanged' }] });
      expect((await strict.call('GET', '/v1/rules/r1')).body).toMatchObject({ mode: 'active' });
    } finally {
      await strict.close();
    }
  });
});
