import { setTimeout as pause } from 'node:timers/promises';
import { percentile, type Figure } from './report.js';
import { registerCampaign, startSystem, type System } from './load/system.js';
import { steadyTraffic } from './load/steady.js';

const CAMPAIGNS = 100;
const RULES = 20;
const STEADY = { campaigns: CAMPAIGNS, eventsPerSecond: 1_000, run: 'steady' };
const PROBE_EVERY_MS = 20;
const SETTLE_MS = 2_000;

/**
 * Event sent → its pacing frame and its command frame seen by a client, while 1,000 other events a second go through. Each
 * probe is the first spend of a campaign of its own and crosses a rule's threshold. Frames are what a dashboard and a campaign
 * system receive; the clock is the client's.
 */
export async function latencyBench(options: {
  quick: boolean;
  nodeFlags?: readonly string[];
}): Promise<Figure[]> {
  const probes = options.quick ? 200 : 1_500;
  const system = await startSystem(CAMPAIGNS, RULES, options.nodeFlags);
  const stop = new AbortController();
  try {
    for (let i = 0; i < probes; i++) await registerCampaign(system.client, `probe-${i}`);
    await probeRule(system);
    const seen = { pacing: new Map<string, number>(), commands: new Map<string, number>() };
    await system.client.stream(
      '/v1/stream?topics=pacing,commands',
      (topic, data) => note(seen, topic, data),
      stop.signal,
    );
    const background = steadyTraffic(system, STEADY, stop.signal);
    await pause(SETTLE_MS);
    const sentAt = await sendProbes(system, probes);
    await pause(SETTLE_MS);
    stop.abort();
    await background;
    return [
      latency('event → pacing at 1,000 events/s', sentAt, seen.pacing, 'p50 ≤ 5 ms, p99 ≤ 20 ms'),
      latency('event → command at 1,000 events/s', sentAt, seen.commands, 'p50 ≤ 5 ms, p99 ≤ 20 ms'),
    ];
  } finally {
    stop.abort();
    await system.close();
  }
}

async function probeRule(system: System): Promise<void> {
  await system.client.json('POST', '/v1/rules', {
    name: 'Probe',
    scope: { all: true },
    conditions: {
      all: [
        { fact: 'spend.today', operator: 'greaterThanInclusive', value: 5_000_000 },
        { fact: 'clicks.today', operator: 'greaterThanInclusive', value: 1 },
      ],
    },
    action: { command: 'NotifyOwner', params: {} },
    severity: 'warning',
    mode: 'active',
    guards: {},
  });
}

function note(
  seen: { pacing: Map<string, number>; commands: Map<string, number> },
  topic: string,
  data: string,
): void {
  const at = performance.now();
  const campaignId = /"campaignId":"(probe-\d+)"/.exec(data)?.[1];
  if (campaignId === undefined) return;
  const times = topic === 'pacing' ? seen.pacing : topic === 'commands' ? seen.commands : undefined;
  if (times !== undefined && !times.has(campaignId)) times.set(campaignId, at);
}

async function sendProbes(system: System, probes: number): Promise<Map<string, number>> {
  const sentAt = new Map<string, number>();
  const startedAt = performance.now();
  const answers: Promise<unknown>[] = [];
  for (let i = 0; i < probes; i++) {
    await pause(Math.max(0, startedAt + i * PROBE_EVERY_MS - performance.now()));
    const campaignId = `probe-${i}`;
    const event = {
      eventId: `probe-${i}`,
      type: 'click',
      occurredAt: new Date().toISOString(),
      campaignId,
      price: { model: 'CPC', micros: 5_000_000, currency: 'USD' },
    };
    sentAt.set(campaignId, performance.now());
    answers.push(system.client.json('POST', '/v1/events', event));
  }
  await Promise.all(answers);
  return sentAt;
}

function latency(
  name: string,
  sentAt: Map<string, number>,
  seenAt: Map<string, number>,
  budget: string,
): Figure {
  const ms: number[] = [];
  for (const [campaignId, sent] of sentAt) {
    const seen = seenAt.get(campaignId);
    if (seen !== undefined) ms.push(seen - sent);
  }
  if (ms.length < sentAt.size)
    throw new Error(`${name}: ${sentAt.size - ms.length} of ${sentAt.size} probes were never seen.`);
  return {
    name: `${name}, p99`,
    value: percentile(ms, 0.99),
    unit: 'ms',
    budget,
    details: {
      p50: percentile(ms, 0.5).toFixed(2),
      p90: percentile(ms, 0.9).toFixed(2),
      p999: percentile(ms, 0.999).toFixed(2),
      max: percentile(ms, 1).toFixed(2),
      probes: ms.length,
    },
  };
}
