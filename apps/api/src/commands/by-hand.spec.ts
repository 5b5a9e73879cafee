import { commandIdOf, thresholdOf } from '@flightdeck/contracts';
import { firingName, formatInstant, type CommandEvent } from '@flightdeck/domain';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { issued, NOW_MS } from '../testing/fixtures.js';
import { testApi, type TestApi } from '../testing/test-api.module.js';

const RULE = {
  name: '90 percent',
  scope: { all: true },
  conditions: { all: [{ fact: 'utilization.today', operator: 'greaterThanInclusive', value: 0.9 }] },
  action: { command: 'PauseCampaign', params: {} },
  severity: 'critical',
  mode: 'active',
} as const;
const AT = formatInstant(NOW_MS);
const PERIOD = '2026-11-22';

let api: TestApi;
const ordered = (over: Parameters<typeof issued>[2], campaignId = 'c1', sequence = 1): CommandEvent => {
  const threshold = thresholdOf(RULE);
  const firing = { period: PERIOD, day: PERIOD, threshold, at: AT };
  const name = firingName({ ruleId: 'r1', ruleRevision: 0, campaignId }, firing, {}, undefined);
  return issued(campaignId, sequence, {
    commandId: commandIdOf(name),
    threshold,
    day: PERIOD,
    ...over,
  } as object);
};
const post = (event: CommandEvent, what: string, body?: object) =>
  api.call('POST', `/v1/commands/${event.data.commandId}/${what}`, {
    ...(body === undefined ? {} : { body }),
  });
const explanation = async (event: CommandEvent) =>
  (await api.call('GET', `/v1/commands/${event.data.commandId}/explanation`)).body;

async function known(...events: readonly CommandEvent[]): Promise<void> {
  for (const event of events) {
    await api.commandEvents('campaignId' in event.data ? event.data.campaignId : '', event);
    while ((await api.call('GET', `/v1/commands/${event.data.commandId}`)).status !== 200);
  }
}

const pause = ordered({});
beforeAll(async () => {
  api = await testApi();
  await api.call('POST', '/v1/rules', { body: { ...RULE, ruleId: 'r1' } });
  await known(pause);
});
afterAll(() => api.close());

describe('an explanation', () => {
  it('has the facts, the revision, each condition and guard, and decides the same once more', async () => {
    expect(await explanation(pause)).toMatchObject({
      ...{ commandId: pause.data.commandId, sentence: 'It spends too much.', decidedAt: AT, byHand: null },
      ...{ cause: { stream: 'ads-00', revision: 0 }, recordedAt: { stream: 'command-c1', revision: 0 } },
      factRanges: {
        'utilization.today': { stream: 'ads-00', fromRevision: 0, toRevision: 0, siblings: true },
      },
      rule: { ruleId: 'r1', revision: 0, name: '90 percent' },
      conditions: {
        all: [{ fact: 'utilization.today', factResult: 0.92, valueResult: 0.9, result: true }],
        result: true,
      },
      guards: [
        { guard: 'fireOncePer', asked: 'day', saw: { period: PERIOD, firedBefore: false }, passed: true },
      ],
      reevaluation: { matched: true, commandId: pause.data.commandId, same: true },
    });
  });

  it('keeps the revision that fired, whatever became of the rule', async () => {
    await api.call('PUT', '/v1/rules/r1', {
      body: { ...RULE, name: 'Other' },
      headers: { 'if-match': '"0"' },
    });
    expect(await explanation(pause)).toMatchObject({ rule: { revision: 0, name: '90 percent' } });
  });

  it('would tell of a record that does not say what was decided', async () => {
    const forged = ordered({ facts: { 'utilization.today': 0.5 } }, 'forged');
    const renamed = ordered({ commandId: 'not-what-the-firing-is-called' }, 'renamed');
    await known(forged, renamed);
    expect(await explanation(forged)).toMatchObject({ reevaluation: { matched: false, same: false } });
    expect(await explanation(renamed)).toMatchObject({ reevaluation: { matched: true, same: false } });
  });
});

describe('undo', () => {
  it('issues the inverse from the record, once, and says who and why', async () => {
    const undone = await post(pause, 'undo', { reason: 'A false alarm.' });
    expect(undone.status).toBe(201);
    expect(undone.body).toMatchObject({
      ...{ command: 'ResumeCampaign', campaignId: 'c1', sequence: 2, state: 'issued' },
      reason: 'Undoes PauseCampaign 1 of this campaign, ordered by admin: A false alarm.',
    });
    const { commandId } = undone.body as { commandId: string };
    expect((await post(pause, 'undo')).body).toMatchObject({ commandId, sequence: 2 });
    expect((await api.call('GET', `/v1/commands/${commandId}/explanation`)).body).toMatchObject({
      byHand: { kind: 'undo', commandId: pause.data.commandId, actor: 'admin', reason: 'A false alarm.' },
      ...{ conditions: null, reevaluation: null, guards: [] },
    });
  });

  it('brings a budget back to what it was, and has nothing to take back from a notice', async () => {
    const params = { dailyMicros: 2_000_000, previousDailyMicros: 5_000_000 };
    const cut = issued('budget', 1, { command: 'AdjustDailyBudget', params });
    const notice = issued('notice', 1, { command: 'NotifyOwner' });
    await known(cut, notice);
    expect((await post(cut, 'undo')).body).toMatchObject({
      command: 'AdjustDailyBudget',
      params: { dailyMicros: 5_000_000 },
    });
    expect((await post(notice, 'undo')).body).toMatchObject({ status: 409, code: 'nothing-to-undo' });
  });
});

describe('redrive', () => {
  it('issues again what failed, once, and not what still waits or was applied', async () => {
    const dead = issued('dead', 1);
    const { commandId } = dead.data;
    await known(dead);
    expect((await post(dead, 'redrive')).body).toMatchObject({ status: 409, code: 'still-open' });
    await api.commandEvents('dead', {
      type: 'CommandFailed',
      data: { commandId, at: AT, bus: 'local', error: 'The bus is down.', attempts: 5 },
    });
    const again = await post(dead, 'redrive');
    expect(again.body).toMatchObject({ command: 'PauseCampaign', sequence: 2, state: 'issued' });
    expect((await post(dead, 'redrive')).body).toMatchObject({ sequence: 2 });
    const applied = issued('applied', 1);
    await known(applied);
    await post(applied, 'ack', { outcome: 'applied' });
    expect((await post(applied, 'redrive')).body).toMatchObject({ status: 409, code: 'already-applied' });
  });

  it('is for managers, not for campaign systems', async () => {
    const token = await api.token('system');
    const path = `/v1/commands/${pause.data.commandId}/undo`;
    expect((await api.call('POST', path, { token })).status).toBe(403);
    expect((await api.call('POST', '/v1/commands/none/undo')).status).toBe(404);
  });
});
