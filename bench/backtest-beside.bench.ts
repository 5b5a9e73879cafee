import { setTimeout as delay } from 'node:timers/promises';
import type { BacktestResponse } from '@flightdeck/contracts';
import { percentile, type Figure } from './report.js';
import { startSystem, type System } from './load/system.js';
import { CAMPAIGNS, pump, RULES, visible } from './throughput.bench.js';

/** What a backtest has to read before it can end: more than it comes to in the rest and one turn. */
const LEDGER_EVENTS = 1_000_000;
const TURN_EVENTS = 200_000;
const TURN_EVENTS_QUICK = 60_000;
const TURNS = 9;
const TURNS_QUICK = 2;
/** Both ways rest as long before they are timed. */
const REST_MS = 1_500;
const ASK_AGAIN_MS = 5;
const HALF = 0.5;
const DAY_MS = 86_400_000;

/**
 * Events taken in over HTTP by a server whose cores have nothing left, alone and while a backtest of the same server goes through the
 * ledger, in turns: neither is always the first.
 */
export async function besideBacktestBench({ quick }: { readonly quick: boolean }): Promise<Figure> {
  const [turnEvents, turns] = quick ? [TURN_EVENTS_QUICK, TURNS_QUICK] : [TURN_EVENTS, TURNS];
  const system = await startSystem(CAMPAIGNS, RULES);
  try {
    await pump(system, LEDGER_EVENTS, 'ledger');
    await visible(system, LEDGER_EVENTS);
    const backtests = await backtestsOf(system);
    const [alone, beside]: [number[], number[]] = [[], []];
    let sent = LEDGER_EVENTS;
    const taken = async (run: string): Promise<number> => {
      const startedAt = performance.now();
      await pump(system, turnEvents, run);
      const seconds = (performance.now() - startedAt) / 1_000;
      await visible(system, (sent += turnEvents));
      return turnEvents / seconds;
    };
    const ways = [
      async (turn: number): Promise<void> => {
        await delay(REST_MS);
        alone.push(await taken(`alone-${turn}`));
      },
      async (turn: number): Promise<void> => {
        const rested = delay(REST_MS);
        const path = await begun(system, backtests);
        await rested;
        beside.push(await taken(`beside-${turn}`));
        await cancelled(system, path);
      },
    ];
    for (let turn = 0; turn < turns; turn += 1) {
      for (const way of ways) await way(turn);
      ways.reverse();
    }
    const ratios = beside.map((rate, turn) => rate / (alone[turn] ?? Infinity));
    return {
      ...{ name: 'events taken in while a backtest runs', value: percentile(beside, HALF), unit: 'events/s' },
      ceiling: { name: 'alone', value: percentile(alone, HALF) },
      budget: 'slower by at most 10 %',
      details: { 'median of the ratios, turn by turn': percentile(ratios, HALF).toFixed(3), turns },
    };
  } finally {
    await system.close();
  }
}

/** Where a rule of its own is tried. */
async function backtestsOf({ client }: System): Promise<string> {
  const { ruleId } = await client.json<{ ruleId: string }>('POST', '/v1/rules', {
    ...{ name: 'Tried', scope: { all: true }, severity: 'info', mode: 'draft' },
    conditions: { all: [{ fact: 'utilization.today', operator: 'greaterThan', value: 0.5 }] },
    action: { command: 'NotifyOwner', params: {} },
    guards: { fireOncePer: 'none', cooldownMinutes: 1 },
  });
  return `/v1/rules/${ruleId}/backtests`;
}

/** Starts a backtest and answers its address once it reads. */
async function begun({ client }: System, backtests: string): Promise<string> {
  const nowMs = Date.now();
  const from = new Date(nowMs - DAY_MS).toISOString();
  const { backtestId } = await client.json<BacktestResponse>('POST', backtests, {
    ...{ from, to: new Date(nowMs + DAY_MS).toISOString() },
  });
  const path = `${backtests}/${backtestId}`;
  for (;;) {
    const { state, progress } = await client.json<BacktestResponse>('GET', path);
    if (state === 'running' && progress.eventsRead > 0) return path;
    if (state !== 'waiting' && state !== 'running') throw new Error(`The backtest has ${state} already.`);
    await delay(ASK_AGAIN_MS);
  }
}

/** Ends it. @throws when it was no longer running: then the turn was not beside it. */
async function cancelled({ client }: System, path: string): Promise<void> {
  const { state } = await client.json<BacktestResponse>('GET', path);
  if (state !== 'running') throw new Error(`The backtest has ${state} before the turn was over.`);
  await client.send('DELETE', path);
  while ((await client.json<BacktestResponse>('GET', path)).state === 'running') await delay(ASK_AGAIN_MS);
}
