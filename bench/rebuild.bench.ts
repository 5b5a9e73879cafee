import { setTimeout as pause } from 'node:timers/promises';
import type { ProjectionsResponse } from '@flightdeck/contracts';
import { steadyTraffic } from './load/steady.js';
import { startSystem, type System } from './load/system.js';
import { campaignIdOf } from './load/traffic.js';
import { percentile, type Figure } from './report.js';
import { CAMPAIGNS, pump, RULES, visible } from './throughput.bench.js';

const STEADY = { campaigns: CAMPAIGNS, eventsPerSecond: 5_000, run: 'steady' };
const READ_EVERY_MS = 5;
const ASK_EVERY_MS = 50;
const ASKS_MAX = 6_000;
const SETTLE_MS = 2_000;

/**
 * The read models of a filled ledger are built anew, compared and swapped while 5,000 events a second come in and campaigns are
 * read without a pause. Afterwards every event that was sent is counted once.
 */
export async function rebuildBench(options: {
  quick: boolean;
  nodeFlags?: readonly string[];
}): Promise<Figure[]> {
  const filled = options.quick ? 50_000 : 500_000;
  const system = await startSystem(CAMPAIGNS, RULES, options.nodeFlags);
  const stop = new AbortController();
  try {
    await pump(system, filled, 'fill');
    const startedAt = performance.now();
    const traffic = steadyTraffic(system, STEADY, stop.signal);
    const reads = readOn(system, stop.signal);
    await pause(SETTLE_MS);
    const askedAt = performance.now();
    await system.client.json('POST', '/v1/projections/all/rebuild', {});
    const rebuild = await ended(system);
    const tookMs = performance.now() - askedAt;
    await pause(SETTLE_MS);
    stop.abort();
    const sent = await traffic;
    const seconds = (performance.now() - startedAt) / 1_000;
    const { tookMs: readMs, failed } = await reads;
    await visible(system, filled + sent); // throws when one is lost or counted twice
    return [
      {
        ...{ name: 'swap of rebuilt read models at 5,000 events/s', value: rebuild.swapMs ?? Infinity },
        ...{ unit: 'ms', budget: '< 50 ms, no failed read, no lost event' },
        details: {
          'events/s sent': Math.round(sent / seconds),
          'rebuilt events/s': rebuild.eventsPerSecond,
          'rebuild s': (tookMs / 1_000).toFixed(1),
          'rows that differ': rebuild.comparison?.differences.length ?? Number.NaN,
          ...{ reads: readMs.length, 'failed reads': failed },
          'read p99 ms': percentile(readMs, 0.99).toFixed(1),
          'lost or double': 0,
        },
      },
    ];
  } finally {
    stop.abort();
    await system.close();
  }
}

type Rebuild = NonNullable<ProjectionsResponse['rebuild']>;

async function ended(system: System): Promise<Rebuild> {
  for (let ask = 0; ask < ASKS_MAX; ask++) {
    const { rebuild } = await system.client.json<ProjectionsResponse>('GET', '/v1/projections');
    if (rebuild?.state === 'done') return rebuild;
    if (rebuild?.state === 'failed') throw new Error(`The rebuild failed: ${rebuild.error ?? ''}`);
    await pause(ASK_EVERY_MS);
  }
  throw new Error('The rebuild did not end.');
}

async function readOn(
  system: System,
  signal: AbortSignal,
): Promise<{ readonly tookMs: readonly number[]; readonly failed: number }> {
  const tookMs: number[] = [];
  let failed = 0;
  for (let read = 0; !signal.aborted; read++) {
    const startedAt = performance.now();
    const path = `/v1/campaigns/${campaignIdOf(read % CAMPAIGNS)}/pacing`;
    const answer = await system.client.send('GET', path).catch(() => undefined);
    if (answer?.status !== 200) failed += 1;
    tookMs.push(performance.now() - startedAt);
    await pause(READ_EVERY_MS);
  }
  return { tookMs, failed };
}
