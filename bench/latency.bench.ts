import { setTimeout as pause } from 'node:timers/promises';
import { percentile, type Figure } from './report.js';
import { registerCampaigns, startSystem, type System } from './load/system.js';
import { steadyTraffic } from './load/steady.js';
import { campaignIdOf } from './load/traffic.js';

const RULES = 20;
const STEADY: Load = { campaigns: 100, eventsPerSecond: 1_000, budget: 'p50 ≤ 5 ms, p99 ≤ 20 ms' };
/** What the rules are asked to carry: every campaign has an event a second, and twenty rules each. */
const FULL: Load = { campaigns: 10_000, eventsPerSecond: 10_000, budget: 'p99 ≤ 250 ms' };
const FULL_QUICK: Load = { ...FULL, campaigns: 500, eventsPerSecond: 2_000 };
const PROBE_EVERY_MS = 20;
const SETTLE_MS = 2_000;

interface Load {
  readonly campaigns: number;
  readonly eventsPerSecond: number;
  readonly budget: string;
}

interface Options {
  readonly quick: boolean;
  readonly nodeFlags?: readonly string[];
}

/** Event → pacing and → command while 1,000 other events a second go through. */
export async function latencyBench(options: Options): Promise<Figure[]> {
  const { pacing, command } = await measured(STEADY, options);
  return [pacing, command];
}

/** Event → command with 20 rules on 10,000 campaigns and 10,000 events a second; the event's own pacing frame bounds it. */
export async function rulesLoadBench(options: Options): Promise<Figure[]> {
  const { pacing, command } = await measured(options.quick ? FULL_QUICK : FULL, options);
  return [{ ...command, ceiling: { name: 'event → pacing, p99', value: pacing.value } }];
}

/**
 * Event sent → its pacing frame and its command frame seen by a client, while many other events go through. Each probe is the
 * first spend of a campaign of its own and crosses a rule's threshold. Frames are what a dashboard and a campaign system
 * receive; the clock is the client's.
 */
async function measured(
  load: Load,
  options: Options,
): Promise<{ readonly pacing: Figure; readonly command: Figure }> {
  const probes = options.quick ? 200 : 1_500;
  const { campaigns, eventsPerSecond, budget } = load;
  const system = await startSystem(0, RULES, options.nodeFlags);
  const stop = new AbortController();
  try {
    await registerCampaigns(system.client, campaigns, campaignIdOf);
    await registerCampaigns(system.client, probes, (i) => `probe-${i}`);
    await probeRule(system);
    const seen = { pacing: new Map<string, number>(), commands: new Map<string, number>() };
    await system.client.stream(
      '/v1/stream?topics=pacing,commands',
      (topic, data) => note(seen, topic, data),
      stop.signal,
    );
    const background = steadyTraffic(system, { campaigns, eventsPerSecond, run: 'steady' }, stop.signal);
    await pause(SETTLE_MS);
    const sentAt = await sendProbes(system, probes);
    await pause(SETTLE_MS);
    stop.abort();
    const sent = await background;
    const under = `at ${eventsPerSecond.toLocaleString('en-US')} events/s`;
    const details = { campaigns, rules: RULES + 1, 'events sent beside': sent };
    return {
      pacing: latency(`event → pacing ${under}`, sentAt, seen.pacing, { budget, details }),
      command: latency(`event → command ${under}`, sentAt, seen.commands, { budget, details }),
    };
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
  { budget, details }: Required<Pick<Figure, 'budget' | 'details'>>,
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
      ...details,
    },
  };
}
