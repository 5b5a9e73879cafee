import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { appendBench } from './append.bench.js';
import { backtestBench } from './backtest.bench.js';
import { besideBacktestBench } from './backtest-beside.bench.js';
import { coldStartBench } from './cold-start.bench.js';
import { decideBench } from './decide.bench.js';
import { foldBench } from './fold.bench.js';
import { forecastBench } from './forecast.bench.js';
import { growthBench } from './growth.bench.js';
import { latencyBench, rulesLoadBench } from './latency.bench.js';
import { ledgerProtocolBench } from './ledger-protocol.bench.js';
import { memoryBench } from './memory.bench.js';
import { pipelineBench } from './pipeline.bench.js';
import { table, type Figure, type Report } from './report.js';
import { proofBench } from './proof.bench.js';
import { rebuildBench } from './rebuild.bench.js';
import { rulesBench } from './rules.bench.js';
import { throughputBench } from './throughput.bench.js';

interface BenchOptions {
  readonly quick: boolean;
  /** Also what takes minutes: ten million events. */
  readonly long: boolean;
  readonly nodeFlags: readonly string[];
}

const BENCHMARKS: Readonly<Record<string, (options: BenchOptions) => Promise<readonly Figure[]>>> = {
  append: async (options) => [rate(await appendBench(options), '≥ 0.4 of raw LMDB')],
  pipeline: async (options) => [rate(await pipelineBench(options))],
  fold: foldBench,
  proof: proofBench,
  rebuild: rebuildBench,
  rules: rulesBench,
  decide: decideBench,
  forecast: forecastBench,
  backtest: backtestBench,
  'backtest-beside': async (options) => [await besideBacktestBench(options)],
  throughput: throughputBench,
  growth: growthBench,
  latency: latencyBench,
  'rules-load': rulesLoadBench,
  memory: memoryBench,
  'ledger-protocol': ledgerProtocolBench,
  'cold-start': coldStartBench,
};

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    long: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    only: { type: 'string' },
    profile: { type: 'string' },
  },
});
const options: BenchOptions = {
  quick: values.quick,
  long: values.long,
  // Written when the server ends: one profile per thread, to be opened in a browser's developer tools.
  nodeFlags: values.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${values.profile}`],
};
const figures: Figure[] = [];
for (const name of values.only?.split(',') ?? Object.keys(BENCHMARKS)) {
  const benchmark = BENCHMARKS[name];
  if (benchmark === undefined)
    throw new Error(`No benchmark is named ${name}; there are ${Object.keys(BENCHMARKS).join(', ')}.`);
  process.stderr.write(`${name} …\n`);
  figures.push(...(await benchmark(options)));
}
const report: Report = {
  at: new Date().toISOString(),
  quick: values.quick,
  node: process.version,
  cpus: cpus().length,
  figures,
};
process.stdout.write(
  values.json ? `${JSON.stringify(report, null, 2)}\n` : `${JSON.stringify(report)}\n\n${table(report)}\n`,
);

interface Rate {
  readonly name: string;
  readonly eventsPerSecond: number;
  readonly ceiling: { readonly name: string; readonly eventsPerSecond: number };
}

function rate(measured: Rate, budget?: string): Figure {
  return {
    name: measured.name,
    value: measured.eventsPerSecond,
    unit: 'events/s',
    ceiling: { name: measured.ceiling.name, value: measured.ceiling.eventsPerSecond },
    ...(budget === undefined ? {} : { budget }),
  };
}
