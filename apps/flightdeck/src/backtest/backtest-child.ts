import type { BacktestResultResponse, BacktestSpec } from '@flightdeck/contracts';
import { runBacktest } from '../../../rules/src/index.js';
import type { Config } from '../config.js';
import { jobChild } from '../job/job-child.js';
import { openBacktestGround, type BacktestGround } from './backtest.module.js';

/** Tries a spec on the ledger. */
export async function backtestChild(config: Pick<Config, 'dataDir' | 'eventStore'>): Promise<void> {
  await jobChild<BacktestSpec, BacktestResultResponse, BacktestGround>(
    () => openBacktestGround(config),
    ({ ledger, store }, spec, onProgress, signal) => {
      const startedAt = performance.now();
      const elapsedMs = (): number => performance.now() - startedAt;
      return runBacktest({ ledger, store, elapsedMs, onProgress }, spec, signal);
    },
  );
}
