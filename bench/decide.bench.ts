import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PreviewResponse } from '@flightdeck/contracts';
import type { Rule } from '@flightdeck/domain';
import { lmdbEventStore } from '@flightdeck/event-store/lmdb';
import { lmdbReadModels } from '@flightdeck/read-models/lmdb';
import { runBacktest } from '../apps/rules/src/backtest/backtest.js';
import { foldBench } from './fold.bench.js';
import { EVENTS_PER_SECOND, fill, START_MS } from './load/ledger.js';
import { registerCampaign, startSystem } from './load/system.js';
import { campaignIdOf, TrafficBody } from './load/traffic.js';
import type { Figure } from './report.js';

const EVENTS = 1_000_000;
const EVENTS_QUICK = 100_000;
const CAMPAIGNS = 10_000;
const CAMPAIGNS_QUICK = 1_000;
const REGISTER_IN_FLIGHT = 16;
const EVENTS_PER_REQUEST = 500;
const ROUNDS = 5;

const DEFINITION = {
  name: 'Benchmark',
  scope: { all: true },
  conditions: {
    all: [
      { fact: 'spend.today', operator: 'greaterThan', value: 5_000_000 },
      { fact: 'impressions.today', operator: 'greaterThan', value: 100 },
      { fact: 'ctr.today', operator: 'lessThan', value: 0.9 },
    ],
  },
  action: { command: 'NotifyOwner', params: {} },
  severity: 'info',
} as const;

/** Trying rules: a backtest beside the bare fold of the same events, and a preview over HTTP. */
export async function decideBench(options: { readonly quick: boolean }): Promise<Figure[]> {
  const [fold] = await foldBench(options);
  const rate = await backtestRate(options.quick ? EVENTS_QUICK : EVENTS);
  return [
    {
      name: 'backtest, one rule over all campaigns',
      value: rate,
      unit: 'events/s',
      ceiling: { name: 'replay without rules', value: fold?.value ?? 0 },
      budget: '10,000,000 events in 60 s: ≥ 166,667 events/s',
    },
    await previewFigure(options.quick ? CAMPAIGNS_QUICK : CAMPAIGNS),
  ];
}

async function backtestRate(events: number): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'flightdeck-backtest-bench-'));
  const ledger = await lmdbEventStore(join(directory, 'ledger'));
  const store = lmdbReadModels(join(directory, 'read-models'));
  const author = { ruleId: 'r', revision: 0, mode: 'active', author: 'bench' } as const;
  const rule: Rule = { ...DEFINITION, ...author, guards: {}, priority: 100 };
  try {
    await fill(ledger, events);
    const span = { fromMs: START_MS, toMs: START_MS + (events / EVENTS_PER_SECOND) * 1_000 + 1 };
    const startedAt = performance.now();
    const elapsedMs = (): number => performance.now() - startedAt;
    const deps = { ledger, store, elapsedMs, onProgress: () => undefined };
    const spec = { backtestId: 'bench', ...span, variants: [{ name: 'one', rules: [rule] }] };
    const { eventsInRange } = await runBacktest(deps, spec, new AbortController().signal);
    if (eventsInRange !== events) throw new Error(`${eventsInRange} of ${events} events were in range.`);
    return events / (elapsedMs() / 1_000);
  } finally {
    await store.close();
    await ledger.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function previewFigure(campaigns: number): Promise<Figure> {
  const system = await startSystem(0, 0);
  const { client } = system;
  try {
    for (let at = 0; at < campaigns; at += REGISTER_IN_FLIGHT)
      await Promise.all(
        Array.from({ length: Math.min(REGISTER_IN_FLIGHT, campaigns - at) }, (_, i) =>
          registerCampaign(client, campaignIdOf(at + i)),
        ),
      );
    for (let first = 0; first < campaigns; first += EVENTS_PER_REQUEST) {
      const at = new Date().toISOString();
      const body = new TrafficBody(EVENTS_PER_REQUEST, campaigns, first, at, 'preview').stamped(first);
      await client.send('POST', '/v1/events', body, 'application/x-ndjson');
    }
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const startedAt = performance.now();
      const told = await client.json<PreviewResponse>('POST', '/v1/rules/preview', DEFINITION);
      times.push(performance.now() - startedAt);
      if (told.evaluated !== campaigns) throw new Error(`${told.evaluated} campaigns were evaluated.`);
    }
    const sorted = times.sort((a, b) => a - b);
    return {
      name: `preview of a rule over ${campaigns.toLocaleString('en-US')} campaigns, median`,
      value: sorted[Math.floor(ROUNDS / 2)] ?? 0,
      unit: 'ms',
      budget: '≤ 1,000 ms for 10,000',
      details: { slowest: (sorted.at(-1) ?? 0).toFixed(0) },
    };
  } finally {
    await system.close();
  }
}
