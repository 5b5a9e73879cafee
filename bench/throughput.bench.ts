import { readFileSync } from 'node:fs';
import type { Figure } from './report.js';
import type { System } from './load/system.js';
import { startSystem } from './load/system.js';
import { campaignIdOf, TrafficBody } from './load/traffic.js';

export const CAMPAIGNS = 100;
export const RULES = 100;
const EVENTS_PER_REQUEST = 500;
/** Requests in flight: enough that the server never waits for the generator. */
const CONNECTIONS = 24;
const WARM_UP_EVENTS = 60_000;
const BUSY_ATTEMPTS_MAX = 1_000;
const BUSY_PAUSE_MS = 20;
const VISIBLE_ATTEMPTS_MAX = 20_000;

/**
 * Events sent over HTTP until every one of them is counted in `GET pacing` of its campaign: exactly once, flushed before the
 * answer, all projections and 100 rules on.
 */
export async function throughputBench(options: {
  quick: boolean;
  nodeFlags?: readonly string[];
}): Promise<Figure[]> {
  const system = await startSystem(CAMPAIGNS, RULES, options.nodeFlags);
  try {
    await pump(system, WARM_UP_EVENTS, 'warm');
    const events = options.quick ? 400_000 : 2_000_000;
    const cpu = { server: cpuSecondsOf(system.process.pid), generator: process.cpuUsage() };
    const startedAt = performance.now();
    await pump(system, events, 'run');
    const answeredMs = performance.now() - startedAt;
    await visible(system, WARM_UP_EVENTS + events);
    const visibleMs = performance.now() - startedAt;
    const serverCpuS = cpuSecondsOf(system.process.pid) - cpu.server;
    const generated = process.cpuUsage(cpu.generator);
    return [
      {
        name: 'end to end: sent → durable → folded → visible',
        value: (events / visibleMs) * 1000,
        unit: 'events/s',
        budget: '≥ 60,000 now, ≥ 100,000 goal',
        details: {
          events,
          answeredPerSecond: Math.round((events / answeredMs) * 1000),
          rules: RULES,
          serverCpuMicrosPerEvent: ((serverCpuS * 1e6) / events).toFixed(1),
          generatorCpuMicrosPerEvent: ((generated.user + generated.system) / events).toFixed(1),
        },
      },
    ];
  } finally {
    await system.close();
  }
}

/** User and system time of a process so far, all threads (proc(5): fields 14 and 15, in ticks of 1/100 s). */
export function cpuSecondsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Sends events over many connections at once, each until it is taken. `run` makes their ids others than those of other runs. */
export async function pump(system: System, events: number, run: string): Promise<void> {
  let next = 0;
  const occurredAt = new Date(Date.now() - 1000).toISOString();
  const sender = async (lane: number): Promise<void> => {
    const body = new TrafficBody(EVENTS_PER_REQUEST, CAMPAIGNS, lane * 13, occurredAt, run);
    while (next < events) {
      const first = next;
      next += EVENTS_PER_REQUEST;
      await sendOnce(system, body.stamped(first));
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, (_, lane) => sender(lane)));
}

/** Sends a body until it is taken; a full pipeline (429) is asked again. */
async function sendOnce(system: System, body: Buffer): Promise<void> {
  for (let attempt = 0; attempt < BUSY_ATTEMPTS_MAX; attempt++) {
    const answer = await system.client.send('POST', '/v1/events', body, 'application/x-ndjson');
    if (answer.status === 200 && answer.body.includes(`"accepted":${EVENTS_PER_REQUEST}`)) return;
    if (answer.status !== 429)
      throw new Error(`Unexpected answer ${answer.status}: ${answer.body.slice(0, 300)}`);
    await new Promise((resolve) => setTimeout(resolve, BUSY_PAUSE_MS));
  }
  throw new Error('The pipeline stayed full.');
}

interface Pacing {
  readonly spend: { readonly lifetimeMicros: number; readonly lifetimeNanos: number };
}

/** Waits until the campaigns' lifetime spend adds up to every event sent. */
export async function visible(system: System, events: number): Promise<void> {
  const wanted = BigInt(events) * 1_250_001n;
  for (let attempt = 0; attempt < VISIBLE_ATTEMPTS_MAX; attempt++) {
    let nanos = 0n;
    for (let i = 0; i < CAMPAIGNS; i++) {
      const { spend } = await system.client.json<Pacing>('GET', `/v1/campaigns/${campaignIdOf(i)}/pacing`);
      nanos += BigInt(spend.lifetimeMicros) * 1000n + BigInt(spend.lifetimeNanos);
    }
    if (nanos === wanted) return;
    if (nanos > wanted) throw new Error(`Counted twice: ${nanos} nanos instead of ${wanted}`);
  }
  throw new Error('The events did not become visible.');
}
