import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { BacktestResultResponse, BacktestRunner, BacktestSpec } from '@flightdeck/contracts';
import type { Config } from '../config.js';
import type { BacktestLine } from './backtest-child.js';

/** The bundle that this is part of. */
const MAIN = fileURLToPath(new URL('./main.js', import.meta.url));
/** Its figures are in LMDB; what it remembers of campaigns and commands is in its heap. */
const HEAP_MIB_MAX = 1024;

/** Runs each backtest in a process of its own, at the lowest priority and with its own memory limit. */
export function childBacktestRunner({
  dataDir,
  eventStore,
}: Pick<Config, 'dataDir' | 'eventStore'>): BacktestRunner {
  return {
    run: async (spec, onProgress, signal) => {
      const child = spawn(process.execPath, [`--max-old-space-size=${HEAP_MIB_MAX}`, MAIN, 'backtest-run'], {
        env: { FLIGHTDECK_DATA_DIR: dataDir, FLIGHTDECK_EVENTSTORE: eventStore },
        signal,
      });
      child.on('error', () => undefined); // an abort, or a spawn that failed: the exit tells of both
      const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
      const complaints = text(child.stderr);
      child.stdin.on('error', () => undefined); // it died before it had read its order; the exit tells
      child.stdin.end(JSON.stringify(spec satisfies BacktestSpec));
      let result: BacktestResultResponse | undefined;
      let failure: string | undefined;
      for await (const line of createInterface({ input: child.stdout })) {
        const said = JSON.parse(line) as BacktestLine;
        if ('progress' in said) onProgress(said.progress);
        else if ('result' in said) result = said.result;
        else failure = said.error;
      }
      const code = await exited;
      signal.throwIfAborted();
      if (result !== undefined) return result;
      throw new Error(failure ?? `The backtest ended with ${code ?? 'a signal'}: ${await complaints}`);
    },
  };
}
