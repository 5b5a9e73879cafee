import { startSystem } from './load/system.js';
import type { Figure } from './report.js';
import { CAMPAIGNS, cpuSecondsOf, pump, RULES, visible } from './throughput.bench.js';

/** Events stored when the cost of further ones is measured. */
const STORED = [100_000, 1_000_000];
const STORED_QUICK = [100_000, 300_000];
const STORED_LONG = [100_000, 1_000_000, 10_000_000];
/** Events over which it is measured, a few seconds' worth: commits, checkpoints and collections fall into each measurement alike. */
const MEASURED = 200_000;

/** What an event costs the server, all threads, when so many are stored: it must not depend on how many. */
export async function growthBench(options: {
  quick: boolean;
  long: boolean;
  nodeFlags?: readonly string[];
}): Promise<Figure[]> {
  const stored = options.quick ? STORED_QUICK : options.long ? STORED_LONG : STORED;
  const system = await startSystem(CAMPAIGNS, RULES, options.nodeFlags);
  try {
    const micros: number[] = [];
    const perSecond: number[] = [];
    let sent = 0;
    for (const at of stored) {
      await pump(system, at - sent, `up-to-${at}`);
      await visible(system, at);
      const cpuS = cpuSecondsOf(system.process.pid);
      const startedAt = performance.now();
      await pump(system, MEASURED, `after-${at}`);
      sent = at + MEASURED;
      await visible(system, sent);
      perSecond.push((MEASURED / (performance.now() - startedAt)) * 1_000);
      micros.push(((cpuSecondsOf(system.process.pid) - cpuS) * 1e6) / MEASURED);
    }
    const first = micros[0] ?? 0;
    return [
      {
        name: `cost of an event after ${count(stored.at(-1))} stored, to that after ${count(stored[0])}`,
        value: (micros.at(-1) ?? 0) / first,
        unit: 'times',
        budget: 'within 20 %',
        details: {
          stored: stored.map(count).join(' → '),
          cpuMicrosPerEvent: micros.map((each) => each.toFixed(1)).join(' → '),
          eventsPerSecond: perSecond.map((each) => count(Math.round(each))).join(' → '),
        },
      },
    ];
  } finally {
    await system.close();
  }
}

function count(events = 0): string {
  return events.toLocaleString('en-US');
}
