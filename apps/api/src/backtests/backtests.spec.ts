import type { BacktestResponse, BacktestResultResponse, BacktestSpec } from '@flightdeck/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testApi, type TestApi } from '../testing/test-api.module.js';

const RULE = {
  name: '90 percent',
  scope: { all: true },
  conditions: { all: [{ fact: 'utilization.today', operator: 'greaterThanInclusive', value: 0.9 }] },
  action: { command: 'PauseCampaign', params: {} },
  severity: 'critical',
};
const RANGE = { from: '2026-11-21T00:00:00Z', to: '2026-11-22T00:00:00Z' };
const RESULT: BacktestResultResponse = {
  ...{ eventsRead: 3, eventsInRange: 2, issued: 0, issuedNote: null },
  ...{ issuedCommands: [], variants: [] },
};
const PROGRESS = {
  ...{ eventsRead: 1, eventsInRange: 1, eventsTotal: 6, at: null, eventsPerSecond: 5 },
  ...{ remainingSeconds: 1, resumedFrom: 0 },
};

/** A run that the test ends as it likes. */
interface Run {
  readonly spec: BacktestSpec;
  readonly signal: AbortSignal;
  done(): void;
  fail(error: Error): void;
}

let api: TestApi;
const runs: Run[] = [];
const path = '/v1/rules/r1/backtests';
const start = async (body: object = RANGE) => api.call('POST', path, { body });
const read = async ({ body }: { body: unknown }) =>
  (await api.call('GET', `${path}/${(body as BacktestResponse).backtestId}`)).body as BacktestResponse;

async function running(count: number): Promise<Run> {
  while (runs.length < count) await new Promise(setImmediate);
  const run = runs[count - 1];
  if (run === undefined) throw new Error('There is no such run.');
  return run;
}

beforeAll(async () => {
  api = await testApi({
    backtests: {
      run: (spec, onProgress, signal) =>
        new Promise((done, fail) => {
          onProgress(PROGRESS);
          signal.addEventListener('abort', () => fail(new Error('It was stopped.')));
          runs.push({ spec, signal, done: () => done(RESULT), fail });
        }),
    },
  });
  await api.call('POST', '/v1/rules', { body: { ...RULE, ruleId: 'r1' } });
});
afterAll(() => api.close());

describe('backtests', () => {
  it('run one at a time, tell how far they are, and what came out', async () => {
    const one = await start();
    const two = await start();
    expect([one.status, one.headers.get('location')]).toEqual([
      202,
      `${path}/${(one.body as BacktestResponse).backtestId}`,
    ]);
    const first = await running(1);
    expect(first.spec).toMatchObject({
      fromMs: Date.parse(RANGE.from),
      variants: [{ name: 'as it is', rules: [{ ruleId: 'r1', mode: 'active' }] }],
    });
    expect(await read(one)).toMatchObject({ state: 'running', progress: PROGRESS, result: null });
    expect(await read(two)).toMatchObject({ state: 'waiting' });
    first.done();
    (await running(2)).done();
    while ((await read(two)).state !== 'done');
    expect(await read(one)).toMatchObject({
      state: 'done',
      result: RESULT,
      ruleRevision: 0,
      requestedBy: 'admin',
    });
    const { items } = (await api.call('GET', path)).body as { items: object[] };
    expect(items).toHaveLength(2);
    expect(items[0]).not.toHaveProperty('result');
  });

  it('sweep a number of the rule', async () => {
    await start({ ...RANGE, sweep: { pointer: '/conditions/all/0/value', values: [0.8, 0.9] } });
    const third = await running(3);
    third.done();
    expect(third.spec.variants.map(({ name, rules }) => [name, rules[0]?.conditions])).toEqual(
      [0.8, 0.9].map((value) => [
        `/conditions/all/0/value = ${value}`,
        { all: [{ ...RULE.conditions.all[0], value }] },
      ]),
    );
  });

  it.each([
    ['nothing', '/conditions/all/7/value'],
    ['no number', '/conditions/all/0/fact'],
    ['what is not its own', '/__proto__/value'],
    ['no place', 'conditions'],
  ])('refuse a sweep of %s', async (_, pointer) => {
    const refused = await start({ ...RANGE, sweep: { pointer, values: [1] } });
    expect(refused.body).toMatchObject({ status: 422, code: 'invalid-sweep' });
  });

  it('refuse a range that ends before it begins, and a rule that is not there', async () => {
    expect((await start({ from: RANGE.to, to: RANGE.from })).status).toBe(400);
    expect((await api.call('POST', '/v1/rules/none/backtests', { body: RANGE })).status).toBe(404);
    expect((await start({ ...RANGE, beside: ['none'] })).status).toBe(404);
  });

  it('are cancelled, and say why they failed', async () => {
    const cancelled = await start();
    await running(4);
    const { backtestId } = cancelled.body as BacktestResponse;
    expect((await api.call('DELETE', `${path}/${backtestId}`)).status).toBe(204);
    expect(await read(cancelled)).toMatchObject({ state: 'cancelled' });
    const failed = await start();
    (await running(5)).fail(new Error('The disk is full.'));
    while ((await read(failed)).state !== 'failed');
    expect(await read(failed)).toMatchObject({ error: 'The disk is full.' });
  });

  it('that a restart cut off run again', async () => {
    const cut = await start();
    await running(6);
    await api.restart();
    (await running(7)).done();
    while ((await read(cut)).state !== 'done');
    expect((await read(cut)).result).toEqual(RESULT);
  });

  it('are not for campaign systems', async () => {
    const token = await api.token('system');
    expect((await api.call('POST', path, { token, body: RANGE })).status).toBe(403);
  });
});
