import type { BacktestResponse, BacktestVariantResponse } from '@flightdeck/contracts';
import { Command } from 'commander';
import type { Config } from '../config.js';
import type { ApiClient } from './client.js';
import { connect } from './connect.js';
import { EXIT, output, type Output } from './output.js';

interface Options {
  readonly from: string;
  readonly to: string;
  readonly sweep?: string;
  readonly json?: true;
}

/** How often the server is asked how far it is. */
const POLL_MS = 500;

/** `backtest <rule>`: what a rule would have done; waits for the result, cancels on Ctrl-C. */
export function backtestCommand(config: () => Config): Command {
  return new Command('backtest')
    .description('try a rule on the past of the ledger; nothing is sent')
    .argument('<rule>', 'id of a saved rule')
    .requiredOption('--from <time>', 'RFC 3339: where to begin')
    .requiredOption('--to <time>', 'RFC 3339: where to end')
    .option('--sweep <pointer=values>', 'compare values: /conditions/all/0/value=0.8,0.9')
    .option('--json', 'print one JSON document for programs; progress goes to standard error')
    .action(async (ruleId: string, options: Options) => {
      const connection = await connect(config());
      const { client } = connection;
      try {
        const speak = output(options.json === true);
        const done = await run(client, `/v1/rules/${encodeURIComponent(ruleId)}/backtests`, options, speak);
        if (done.state !== 'done') process.exitCode = EXIT.unavailable;
        speak.result(done, done.state === 'done' ? sentences(done) : `${done.state}: ${done.error ?? ''}`);
      } finally {
        await connection.close();
      }
    });
}

async function run(
  client: ApiClient,
  path: string,
  { from, to, sweep }: Options,
  speak: Output,
): Promise<BacktestResponse> {
  const asked = { from, to, ...(sweep === undefined ? {} : { sweep: sweepOf(sweep) }) };
  const { backtestId } = (await client.post(path, asked)) as BacktestResponse;
  const one = `${path}/${backtestId}`;
  const cancel = (): void => void client.delete(one).catch(() => undefined); // the state below tells what became of it
  process.once('SIGINT', cancel);
  try {
    for (;;) {
      const told = (await client.get(one)) as BacktestResponse;
      if (told.state !== 'waiting' && told.state !== 'running') return told;
      const { eventsRead, at, eventsPerSecond } = told.progress;
      if (speak.interactive)
        process.stderr.write(`\r${eventsRead} events, ${at ?? 'at the start'}, ${eventsPerSecond} events/s`);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  } finally {
    process.off('SIGINT', cancel);
    if (speak.interactive) process.stderr.write('\n');
  }
}

function sweepOf(text: string): { readonly pointer: string; readonly values: readonly number[] } {
  const at = text.lastIndexOf('=');
  return {
    pointer: text.slice(0, at),
    values: text
      .slice(at + 1)
      .split(',')
      .map(Number),
  };
}

function sentences({ result }: BacktestResponse): string {
  if (result === null) return 'There is no result.';
  const head = `${result.eventsInRange} events in range; ${result.issued} commands were really issued.`;
  return [head, ...result.variants.map(variantLine)].join('\n');
}

function variantLine(variant: BacktestVariantResponse): string {
  const { name, commands, campaigns, falseAlarms, overspendAvoidedMicros } = variant;
  const avoided = Object.entries(overspendAvoidedMicros).map(
    ([currency, micros]) => `${(micros / 1_000_000).toFixed(2)} ${currency}`,
  );
  const saved = avoided.length === 0 ? 'nothing' : `at most ${avoided.join(' and ')}`;
  return `${name}: ${commands} commands for ${campaigns} campaigns, ${falseAlarms} false alarms, overspend avoided: ${saved}.`;
}
