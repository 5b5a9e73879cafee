import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BacktestResultResponse, BacktestSpec } from '@flightdeck/contracts';
import type { Rule } from '@flightdeck/domain';
import { lmdbEventStore } from '@flightdeck/event-store/lmdb';
import { replay } from './fold.bench.js';
import { runJob } from './load/job.js';
import { fill, register, START_MS, type Density } from './load/ledger.js';
import type { Figure } from './report.js';

const DAY_EVENTS = 10_000_000;
const DAY_SECONDS = 86_400;
/** The first tenth of that day, and the first hundredth. */
const EVENTS = 1_000_000;
const EVENTS_QUICK = 100_000;
/** Ten million events a day, in small appends as they come in. */
const DENSITY: Density = { perSecond: DAY_EVENTS / DAY_SECONDS, appendEvents: 100, campaigns: 1_000 };
/** What a campaign of that day spends in it. */
const DAY_SPEND_MICROS = 270_000_000;
const BUDGET = '10,000,000 events in 60 s: ≥ 166,667 events/s';

const rule = (ruleId: string, conditions: Rule['conditions']): Rule => ({
  ...{ ruleId, name: ruleId, conditions, revision: 0, mode: 'active', author: 'bench', priority: 100 },
  ...{ scope: { all: true }, guards: {}, severity: 'info' },
  action: { command: 'NotifyOwner', params: {} },
});

/** What most rules are: about spend, with a threshold that some campaigns reach in the course of the day. */
const ONE_RULE = [
  rule('spend', { all: [{ fact: 'utilization.today', operator: 'greaterThanInclusive', value: 0.9 }] }),
];
/** Beside it two whose facts move with the clock: every campaign is looked at every minute. */
const CLOCK_RULES = [
  ...ONE_RULE,
  rule('stalled', { all: [{ fact: 'data.minutesSinceLastEvent', operator: 'greaterThan', value: 60 }] }),
  rule('slow', { all: [{ fact: 'spend.last15m', operator: 'lessThan', value: 0 }] }),
];

/** Every tenth campaign's budget is used up after some part of what is generated of the day. */
const dailyMicrosOf =
  (events: number) =>
  (campaign: number): number =>
    campaign % 10 === 0
      ? Math.round((DAY_SPEND_MICROS * events * (1 + (campaign % 7))) / (8 * DAY_EVENTS))
      : 2 * DAY_SPEND_MICROS;

/**
 * Rules tried on a day of ten million events (its first tenth, unless `long`) as the server tries them: in a process of its own,
 * whose start counts. Beside it the bare replay of the same ledger.
 */
export async function backtestBench(options: {
  readonly quick: boolean;
  readonly long: boolean;
  readonly nodeFlags: readonly string[];
}): Promise<Figure[]> {
  const events = options.long ? DAY_EVENTS : options.quick ? EVENTS_QUICK : EVENTS;
  const directory = mkdtempSync(join(tmpdir(), 'flightdeck-backtest-bench-'));
  try {
    const ledger = await lmdbEventStore(join(directory, 'ledger'));
    await register(ledger, DENSITY, dailyMicrosOf(events));
    await fill(ledger, events, DENSITY);
    const ceiling = {
      name: 'replay without rules',
      value: await replay(ledger, join(directory, 'bare'), events),
    };
    await ledger.close();
    const figures: Figure[] = [];
    for (const [name, rules, budget] of [
      ['one rule', ONE_RULE, { budget: BUDGET }],
      ['three rules, two of the clock', CLOCK_RULES, {}],
    ] as const) {
      const { seconds, commands, ownMiB } = await tried(directory, events, rules, options.nodeFlags);
      const details = { events, seconds: seconds.toFixed(1), commands, 'own memory at most, MiB': ownMiB };
      figures.push({
        ...{ name: `backtest of a day, ${name}`, value: events / seconds, unit: 'events/s' },
        ...{ ceiling, ...budget, details },
      });
    }
    return figures;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function tried(
  dataDir: string,
  events: number,
  rules: readonly Rule[],
  nodeFlags: readonly string[],
): Promise<{ readonly seconds: number; readonly commands: number; readonly ownMiB: number }> {
  const spec: BacktestSpec = {
    backtestId: '00000000-0000-4000-8000-000000000000',
    ...{ fromMs: START_MS, toMs: START_MS + DAY_SECONDS * 1_000, variants: [{ name: 'one', rules }] },
  };
  const { result, seconds, ownMiB } = await runJob('backtest-run', { dataDir, spec, nodeFlags });
  const { eventsInRange, variants } = result as BacktestResultResponse;
  if (eventsInRange !== events) throw new Error(`${eventsInRange} of ${events} events were in range.`);
  rmSync(join(dataDir, 'backtest-scratch'), { recursive: true });
  return { seconds, ownMiB, commands: variants[0]?.commands ?? 0 };
}
