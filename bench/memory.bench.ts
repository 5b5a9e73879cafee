import { readFileSync } from 'node:fs';
import type { Figure } from './report.js';
import { registerCampaigns, startSystem, type System } from './load/system.js';
import { campaignIdOf, TrafficBody } from './load/traffic.js';

const EVENTS_PER_REQUEST = 500;
export const MIB = 1_048_576;

/**
 * Memory of the server with many campaigns, each with events, and after more of the same load. Anonymous memory is what the
 * process itself holds; resident memory counts the mapped files' pages too, which the kernel takes back when it needs them.
 */
export async function memoryBench(options: {
  quick: boolean;
  nodeFlags?: readonly string[];
}): Promise<Figure[]> {
  const campaigns = options.quick ? 2_000 : 100_000;
  const rounds = options.quick ? 2 : 5;
  const system = await startSystem(0, 20, options.nodeFlags);
  try {
    await registerCampaigns(system.client, campaigns, campaignIdOf);
    const anonymousMiB: number[] = [];
    for (let round = 0; round < rounds; round++) {
      await everyCampaignOnce(system.client, campaigns, `round-${round}`);
      anonymousMiB.push(bytesOf(system.process.pid, 'RssAnon') / MIB);
    }
    return [
      {
        name: `memory of its own at ${campaigns.toLocaleString('en-US')} campaigns`,
        value: anonymousMiB.at(-1) ?? 0,
        unit: 'MiB',
        budget: '≤ 1,024 MiB at 100,000, flat',
        details: {
          rounds: anonymousMiB.map((mib) => Math.round(mib)).join(' → '),
          residentMiB: Math.round(bytesOf(system.process.pid, 'VmRSS') / MIB),
        },
      },
    ];
  } finally {
    await system.close();
  }
}

async function everyCampaignOnce(client: System['client'], campaigns: number, run: string): Promise<void> {
  const occurredAt = new Date().toISOString();
  for (let first = 0; first < campaigns; first += EVENTS_PER_REQUEST) {
    const body = new TrafficBody(EVENTS_PER_REQUEST, campaigns, first, occurredAt, run).stamped(first);
    const answer = await client.send('POST', '/v1/events', body, 'application/x-ndjson');
    if (answer.status !== 200) throw new Error(`${answer.status}: ${answer.body.slice(0, 300)}`);
  }
}

/** From /proc, as an operator would read it. */
export function bytesOf(pid: number, field: 'RssAnon' | 'VmRSS'): number {
  const kib = new RegExp(`${field}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kib ?? 0) * 1024;
}
