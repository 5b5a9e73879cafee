import type { Role } from '@flightdeck/contracts';
import { NOW_MS } from '../testing/fixtures.js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testApi, type TestApi } from '../testing/test-api.module.js';

const RULE = {
  name: '90 percent',
  scope: { all: true },
  conditions: { all: [{ fact: 'utilization.today', operator: 'greaterThanInclusive', value: 0.9 }] },
  action: { command: 'PauseCampaign', params: {} },
  severity: 'critical',
};
const WEEK_MS = 7 * 24 * 60 * 60_000;

interface Told {
  readonly ruleId: string;
  readonly revision: number;
  readonly mode: string;
}

let api: TestApi;
let nowMs = NOW_MS;
let rules = 0;
let author: string;
let approver: string;

async function keyOf(role: Role, person?: string): Promise<string> {
  const { body } = await api.call('POST', '/v1/keys', {
    body: { role, ...(person === undefined ? {} : { person }) },
  });
  return (body as { token: string }).token;
}

const at = (revision: number) => ({ 'if-match': `"${revision}"` });
const approve = (rule: Told, token: string) =>
  api.call('POST', `/v1/rules/${rule.ruleId}/approve`, { token, body: { revision: rule.revision } });

/** A draft by the author that waits for approval. */
async function submitted(token = author): Promise<Told> {
  rules += 1;
  const made = await api.call('POST', '/v1/rules', { token, body: { ...RULE, ruleId: `r${rules}` } });
  const { revision } = made.body as Told;
  const path = `/v1/rules/r${rules}/submit`;
  return (await api.call('POST', path, { token, body: {}, headers: at(revision) })).body as Told;
}

beforeAll(async () => {
  api = await testApi({ approvals: 'required', clock: () => nowMs });
  author = await keyOf('manager', 'ann');
  approver = await keyOf('approver', 'bob');
});
afterAll(() => api.close());

describe('four eyes', () => {
  it('let a rule act once another person has approved what its author wrote', async () => {
    const rule = await submitted();
    expect(rule).toMatchObject({
      mode: 'pending',
      submission: { wanted: 'active', actor: expect.any(String) },
    });
    const approved = await approve(rule, approver);
    expect(approved.body).toMatchObject({ mode: 'active', submission: null });
  });

  it('are not needed for a draft or a shadow, and cannot be gone around by writing the rule as active', async () => {
    const written = await api.call('POST', '/v1/rules', { token: author, body: { ...RULE, mode: 'active' } });
    expect(written.body).toMatchObject({ status: 403, code: 'approval-required' });
    const shadow = await api.call('POST', '/v1/rules', { token: author, body: { ...RULE, mode: 'shadow' } });
    expect(shadow.body).toMatchObject({ mode: 'shadow' });
  });

  it('are two persons, not two keys of one', async () => {
    const rule = await submitted();
    const second = await approve(rule, await keyOf('approver', 'ann'));
    expect(second.body).toMatchObject({ status: 403, code: 'same-person' });
    const nobody = await approve(rule, await keyOf('approver'));
    expect(nobody.body).toMatchObject({ status: 403, code: 'nobody-named' });
    expect((await approve(rule, approver)).body).toMatchObject({ mode: 'active' });
  });

  it('cannot be one who submitted what another wrote', async () => {
    const rule = await submitted();
    await api.call('POST', `/v1/rules/${rule.ruleId}/reject`, { token: approver });
    const again = await api.call('POST', `/v1/rules/${rule.ruleId}/submit`, {
      token: await keyOf('manager', 'bob'),
      body: {},
      headers: at(rule.revision + 1),
    });
    expect((await approve(again.body as Told, approver)).body).toMatchObject({ code: 'same-person' });
  });

  it('see the revision that is approved: an older one, and one changed since, are refused', async () => {
    const rule = await submitted();
    const older = await approve({ ...rule, revision: rule.revision - 1 }, approver);
    expect(older.body).toMatchObject({ status: 409, code: 'other-revision' });
    const body = { ...RULE, name: 'Changed' };
    const path = `/v1/rules/${rule.ruleId}`;
    await api.call('PUT', path, { token: author, body, headers: at(rule.revision) });
    expect((await approve(rule, approver)).body).toMatchObject({ status: 409, code: 'not-pending' });
    expect((await api.call('GET', path)).body).toMatchObject({ mode: 'draft', name: 'Changed' });
  });

  it('are asked for again once the submission has expired', async () => {
    const rule = await submitted();
    nowMs += WEEK_MS;
    expect((await approve(rule, approver)).body).toMatchObject({ status: 409, code: 'approval-expired' });
    nowMs = NOW_MS;
  });

  it('belong to approvers: neither managers nor the administrator', async () => {
    const rule = await submitted();
    expect((await approve(rule, author)).status).toBe(403);
    expect(
      (await api.call('POST', `/v1/rules/${rule.ruleId}/approve`, { body: { revision: 1 } })).status,
    ).toBe(403);
    expect((await api.call('POST', '/v1/rules', { token: approver, body: RULE })).status).toBe(403);
  });

  it('can say no, with why', async () => {
    const rule = await submitted();
    const body = { reason: 'Too early.' };
    const path = `/v1/rules/${rule.ruleId}`;
    expect((await api.call('POST', `${path}/reject`, { token: approver, body })).body).toMatchObject({
      mode: 'draft',
    });
    expect((await api.call('GET', `${path}/history`)).body).toMatchObject({
      items: [
        { type: 'RuleRejected', reason: 'Too early.' },
        { type: 'RuleSubmitted' },
        { type: 'RuleCreated' },
      ],
    });
  });
});
