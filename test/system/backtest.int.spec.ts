import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { BacktestResponse, WouldBeCommandResponse } from '@flightdeck/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  childOf,
  isRunning,
  isToldToEnd,
  niceOf,
  startFlightdeck,
  type FlightdeckProcess,
} from '@flightdeck/testing';

const CAMPAIGNS = 12;
const BUDGET_MICROS = 1_000_000;
const CLICK_MICROS = 100_000;
const DAY_MS = 86_400_000;

const RULE = {
  ruleId: 'pause-90',
  name: '90 percent',
  scope: { all: true },
  conditions: { all: [{ fact: 'utilization.today', operator: 'greaterThanInclusive', value: 0.9 }] },
  action: { command: 'PauseCampaign', params: {} },
  severity: 'critical',
  mode: 'active',
};

/** Clicks of each campaign: some stay under their budget, some reach it, some go far over it. */
const clicksOf = (campaign: number): number => 4 + campaign;
const fires = (campaign: number): boolean => clicksOf(campaign) * CLICK_MICROS >= 0.9 * BUDGET_MICROS;

interface Listed {
  readonly items: readonly { readonly commandId: string; readonly campaignId: string }[];
}

/** Stops that process for a moment once it has given way, so that it is there to be looked at. */
async function heldChildOf(pid: number): Promise<number> {
  const child = await childOf(pid);
  while (niceOf(child) === 0) await pause(1);
  process.kill(child, 'SIGSTOP');
  return child;
}

describe('a backtest of what really happened', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'flightdeck-backtest-'));
  let server: FlightdeckProcess;
  let range: { readonly from: string; readonly to: string };

  const ask = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(server.url + path, {
      method,
      headers: { authorization: `Bearer ${server.adminToken}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return response.json();
  };
  const issued = async (): Promise<Listed['items']> =>
    ((await ask('GET', '/v1/commands?limit=500')) as Listed).items;

  /** One click after another for every campaign, as they come in during a day. */
  const traffic = async (): Promise<void> => {
    for (let click = 0; click < clicksOf(CAMPAIGNS - 1); click += 1) {
      const events = Array.from({ length: CAMPAIGNS }, (_, campaign) => campaign)
        .filter((campaign) => click < clicksOf(campaign))
        .map((campaign) => ({
          ...{ eventId: `e-${campaign}-${click}`, type: 'click', campaignId: `c${campaign}` },
          occurredAt: new Date().toISOString(),
          price: { model: 'CPC', micros: CLICK_MICROS, currency: 'USD' },
        }));
      await ask('POST', '/v1/events', events);
    }
  };

  const path = `/v1/rules/${RULE.ruleId}/backtests`;
  const start = async (body: object): Promise<string> =>
    ((await ask('POST', path, { ...range, ...body })) as BacktestResponse).backtestId;
  const outcome = async (backtestId: string): Promise<BacktestResponse> => {
    for (;;) {
      const told = (await ask('GET', `${path}/${backtestId}`)) as BacktestResponse;
      if (told.state !== 'waiting' && told.state !== 'running') return told;
      await pause(20);
    }
  };
  const cancel = (backtestId: string): Promise<Response> =>
    fetch(`${server.url}${path}/${backtestId}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${server.adminToken}` },
    });
  const backtest = async (body: object): Promise<BacktestResponse> => outcome(await start(body));

  beforeAll(async () => {
    server = await startFlightdeck({ dataDir });
    const now = Date.now();
    const flight = {
      start: new Date(now - DAY_MS).toISOString(),
      end: new Date(now + 30 * DAY_MS).toISOString(),
    };
    for (let campaign = 0; campaign < CAMPAIGNS; campaign += 1) {
      await ask('POST', '/v1/campaigns', {
        ...{
          campaignId: `c${campaign}`,
          name: `Campaign ${campaign}`,
          advertiserId: 'adv1',
          currency: 'USD',
        },
        ...{ timezone: 'UTC', flight, budget: { dailyMicros: BUDGET_MICROS } },
        pacing: { mode: 'even', tolerance: 0.05 },
      });
    }
    await ask('POST', '/v1/rules', RULE);
    await traffic();
    const expected = Array.from({ length: CAMPAIGNS }, (_, campaign) => campaign).filter(fires).length;
    while ((await issued()).length < expected);
    range = { from: new Date(now - DAY_MS).toISOString(), to: new Date(now + DAY_MS).toISOString() };
  }, 60_000);
  afterAll(async () => {
    await server.stop('SIGTERM');
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('would issue exactly the commands that were issued, word for word the same ids', async () => {
    const { state, error, result } = await backtest({});
    expect([state, error]).toEqual(['done', null]);
    const items = result?.variants[0]?.items ?? [];
    const real = (await issued()).map(({ commandId }) => commandId).sort();
    expect(items.map(({ commandId }) => commandId).sort()).toEqual(real);
    expect(items.every((item) => item.issued)).toBe(true);
    expect(result?.issued).toBe(real.length);
  }, 60_000);

  it('says what each day came to: overspend that could have been avoided at most, and false alarms', async () => {
    const { result } = await backtest({});
    const [variant] = result?.variants ?? [];
    let avoidedMicros = 0;
    for (let campaign = 0; campaign < CAMPAIGNS; campaign += 1) {
      if (!fires(campaign)) continue;
      const item = variant?.items.find(({ campaignId }) => campaignId === `c${campaign}`);
      const close = clicksOf(campaign) * CLICK_MICROS;
      expect(item).toMatchObject({
        ...{
          spendAtCloseMicros: close,
          falseAlarm: close <= BUDGET_MICROS,
          budgetDailyMicros: BUDGET_MICROS,
        },
      } satisfies Partial<WouldBeCommandResponse>);
      // What was spent already when it was seen cannot be avoided any more.
      const seen = item?.spendMicros ?? NaN;
      expect(item?.overspendAvoidedMicros).toBe(Math.max(0, close - Math.max(BUDGET_MICROS, seen)));
      avoidedMicros += item?.overspendAvoidedMicros ?? NaN;
    }
    expect(variant?.overspendAvoidedMicros).toEqual(avoidedMicros > 0 ? { USD: avoidedMicros } : {});
    const falseAlarms = [5, 6].filter((campaign) => fires(campaign)).length;
    expect(variant?.falseAlarms).toBe(falseAlarms);
  }, 60_000);

  it('compares thresholds, and issues nothing whatever it finds', async () => {
    const before = await issued();
    const sweep = { pointer: '/conditions/all/0/value', values: [0.5, 0.9, 5] };
    const { result } = await backtest({ sweep });
    const counts = [0.5, 0.9, 5].map(
      (threshold) =>
        Array.from({ length: CAMPAIGNS }, (_, campaign) => campaign).filter(
          (campaign) => clicksOf(campaign) * CLICK_MICROS >= threshold * BUDGET_MICROS,
        ).length,
    );
    expect(result?.variants.map(({ commands }) => commands)).toEqual(counts);
    expect(new Set(counts).size).toBe(3);
    expect(await issued()).toEqual(before);
    const undone = await ask('POST', `/v1/commands/${before[0]?.commandId}/undo`, { reason: 'Planted' });
    expect(undone).toMatchObject({ command: 'ResumeCampaign' });
    expect(await issued()).toHaveLength(before.length + 1); // the same look sees what is issued
  }, 60_000);

  it('goes on when its process is killed, and when the server is, and comes to the same', async () => {
    const { result } = await backtest({});
    const first = await start({});
    process.kill(await childOf(server.pid), 'SIGKILL');
    expect(await outcome(first)).toMatchObject({ state: 'done', error: null, result });
    const second = await start({});
    const child = await childOf(server.pid);
    await server.stop('SIGKILL');
    while (isRunning(child)) await pause(20); // nobody waits for it any more, and it ends by itself
    server = await startFlightdeck({ dataDir });
    expect(await outcome(second)).toMatchObject({ state: 'done', error: null, result });
    expect(readdirSync(join(dataDir, 'backtest-scratch'))).toEqual([]);
  }, 60_000);

  it('gives way: each of its threads has the lowest priority, and its heap a limit', async () => {
    const backtestId = await start({});
    const child = await heldChildOf(server.pid);
    const nices = readdirSync(`/proc/${child}/task`).map((thread) => niceOf(Number(thread)));
    const command = readFileSync(`/proc/${child}/cmdline`, 'utf8').split('\0');
    process.kill(child, 'SIGCONT');
    expect(nices.length).toBeGreaterThan(4); // the engine's own are among them
    expect(new Set(nices)).toEqual(new Set([19]));
    expect(niceOf(server.pid)).toBe(0); // planted: a process that gives no way
    expect(command).toContain('--max-old-space-size=1024');
    expect(await outcome(backtestId)).toMatchObject({ state: 'done' });
  }, 60_000);

  it('is listed with who asked for it, and cancelled', async () => {
    const backtestId = await start({});
    const child = await childOf(server.pid);
    process.kill(child, 'SIGSTOP'); // so that it is there to be cancelled
    const cancelled = cancel(backtestId);
    while (!isToldToEnd(child)) await pause(1);
    process.kill(child, 'SIGCONT');
    expect((await cancelled).status).toBe(204);
    expect((await outcome(backtestId)).state).toBe('cancelled');
    const { items } = (await ask('GET', '/v1/backtests')) as { items: BacktestResponse[] };
    expect(items[0]).toMatchObject({ backtestId, requestedBy: 'admin', state: 'cancelled' });
    expect(items.length).toBeGreaterThan(5);
  }, 60_000);

  it('is killed when it does not end', async () => {
    const backtestId = await start({});
    const child = await childOf(server.pid);
    process.kill(child, 'SIGSTOP');
    expect((await cancel(backtestId)).status).toBe(204);
    expect(isRunning(child)).toBe(false);
    expect(await backtest({})).toMatchObject({ state: 'done' }); // and makes room for the next
  }, 60_000);

  it('finds nothing in a range in which nothing happened', async () => {
    const { result } = await backtest({ from: '2020-01-01T00:00:00Z', to: '2020-01-02T00:00:00Z' });
    expect(result).toMatchObject({ eventsInRange: 0, issued: 0, variants: [{ commands: 0 }] });
    expect(result?.eventsRead).toBeGreaterThan(0);
  }, 60_000);
});
