import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { BacktestResponse, CommandResponse, ExplanationResponse } from '@flightdeck/contracts';
import { startFlightdeck, type FlightdeckProcess } from '@flightdeck/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const DAY_MS = 86_400_000;
const SHARED_MICROS = 10_000_000;
/** `quiet` never spends; `other` is another advertiser's, whose campaigns spend as much and share no budget. */
const CAMPAIGNS = { quiet: 'adv1', spender: 'adv1', other: 'adv2' } as const;
const RULE = {
  ...{ ruleId: 'shared-90', name: '90 percent together', scope: { all: true } },
  conditions: {
    all: [{ fact: 'utilization.advertiser.today', operator: 'greaterThanInclusive', value: 0.9 }],
  },
  ...{ action: { command: 'PauseCampaign', params: {} }, severity: 'critical', mode: 'active' },
};

describe('a budget that campaigns of an advertiser share, over a process of its own', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'flightdeck-siblings-'));
  let server: FlightdeckProcess;
  let commands: readonly CommandResponse[] = [];

  const ask = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const response = await fetch(server.url + path, {
      method,
      headers: {
        ...{ authorization: `Bearer ${server.adminToken}`, 'content-type': 'application/json' },
        ...(method === 'PUT' ? { 'if-none-match': '*' } : {}),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const said = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${said}`);
    return JSON.parse(said) as T;
  };
  const spend = (campaignId: string, micros: number): Promise<unknown> =>
    ask('POST', '/v1/events', [
      {
        ...{ eventId: `${campaignId}-${micros}`, type: 'spend', campaignId, currency: 'USD' },
        ...{ occurredAt: new Date().toISOString(), amountMicros: micros },
      },
    ]);

  beforeAll(async () => {
    server = await startFlightdeck({ dataDir });
    const flight = {
      start: new Date(Date.now() - DAY_MS).toISOString(),
      end: new Date(Date.now() + DAY_MS).toISOString(),
    };
    for (const [campaignId, advertiserId] of Object.entries(CAMPAIGNS))
      await ask('POST', '/v1/campaigns', {
        ...{ campaignId, name: campaignId, advertiserId, currency: 'USD', timezone: 'UTC', flight },
        ...{ budget: { dailyMicros: SHARED_MICROS }, pacing: { mode: 'even', tolerance: 0.05 } },
      });
    await ask('PUT', '/v1/advertisers/adv1/budget', { currency: 'USD', dailyMicros: SHARED_MICROS });
    await ask('POST', '/v1/rules', RULE);
    for (const micros of [4_000_000, 5_500_000])
      for (const campaignId of ['spender', 'other']) await spend(campaignId, micros);
    while (commands.length < 2) {
      await pause(20);
      commands = (await ask<{ items: CommandResponse[] }>('GET', '/v1/commands')).items;
    }
  }, 60_000);
  afterAll(async () => {
    await server.stop('SIGTERM');
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('brings a command on the one that spent, and one on its sibling that did not, and no other', async () => {
    expect(commands.map(({ campaignId }) => campaignId).sort()).toEqual(['quiet', 'spender']);
    const quiet = commands.find(({ campaignId }) => campaignId === 'quiet');
    expect(quiet?.facts).toMatchObject({ 'utilization.advertiser.today': 0.95, 'spend.today': 0 });
    for (const { commandId } of commands) {
      const path = `/v1/commands/${commandId}/explanation`;
      const { conditions, reevaluation } = await ask<ExplanationResponse>('GET', path);
      expect([conditions?.['result'], reevaluation?.same]).toEqual([true, true]);
    }
  });

  it('brings the same commands, under the same ids, in a backtest of what happened', async () => {
    const path = `/v1/rules/${RULE.ruleId}/backtests`;
    const range = {
      from: new Date(Date.now() - DAY_MS).toISOString(),
      to: new Date(Date.now() + DAY_MS).toISOString(),
    };
    const { backtestId } = await ask<BacktestResponse>('POST', path, range);
    let told = await ask<BacktestResponse>('GET', `${path}/${backtestId}`);
    while (told.state === 'waiting' || told.state === 'running') {
      await pause(20);
      told = await ask<BacktestResponse>('GET', `${path}/${backtestId}`);
    }
    const items = told.result?.variants[0]?.items ?? [];
    const ids = (all: readonly { readonly commandId: string }[]) =>
      all.map(({ commandId }) => commandId).sort();
    expect([told.error, ids(items)]).toEqual([null, ids(commands)]);
    expect(items.every(({ issued }) => issued)).toBe(true);
  }, 60_000);
});
