import type { PreviewResponse } from '@flightdeck/contracts';
import { registerCampaigns, startSystem } from './load/system.js';
import { campaignIdOf, TrafficBody } from './load/traffic.js';
import type { Figure } from './report.js';

const CAMPAIGNS = 10_000;
const CAMPAIGNS_QUICK = 1_000;
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

/** What a rule matches now, over HTTP. */
export async function decideBench({ quick }: { readonly quick: boolean }): Promise<Figure[]> {
  return [await previewFigure(quick ? CAMPAIGNS_QUICK : CAMPAIGNS)];
}

async function previewFigure(campaigns: number): Promise<Figure> {
  const system = await startSystem(0, 0);
  const { client } = system;
  try {
    await registerCampaigns(client, campaigns, campaignIdOf);
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
