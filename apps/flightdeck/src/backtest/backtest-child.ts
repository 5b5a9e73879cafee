import { setPriority } from 'node:os';
import { text } from 'node:stream/consumers';
import type { BacktestProgressResponse, BacktestResultResponse, BacktestSpec } from '@flightdeck/contracts';
import { runBacktest } from '../../../rules/src/index.js';
import type { Config } from '../config.js';
import { openBacktestGround } from './backtest.module.js';

/** What the child writes, a JSON document a line. */
export type BacktestLine =
  | { readonly progress: BacktestProgressResponse }
  | { readonly result: BacktestResultResponse }
  | { readonly error: string };

/** The lowest there is: it runs when nobody else wants to. */
const NICE_LOWEST = 19;

/** Reads a spec from stdin, tries it on the ledger, writes progress and the result to stdout. Takes only time that nobody else wants. */
export async function backtestChild(config: Pick<Config, 'dataDir' | 'eventStore'>): Promise<void> {
  setPriority(NICE_LOWEST);
  const spec = JSON.parse(await text(process.stdin)) as BacktestSpec;
  const ground = await openBacktestGround(config);
  const stop = new AbortController();
  process.once('SIGTERM', () => stop.abort());
  const startedAt = performance.now();
  try {
    const deps = {
      ...{ ledger: ground.ledger, store: ground.store },
      elapsedMs: () => performance.now() - startedAt,
      onProgress: (progress: BacktestProgressResponse) => say({ progress }),
    };
    say({ result: await runBacktest(deps, spec, stop.signal) });
  } catch (error) {
    say({ error: error instanceof Error ? error.message : String(error) });
  } finally {
    await ground.close();
  }
}

function say(line: BacktestLine): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
