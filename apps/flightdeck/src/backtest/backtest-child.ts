import type { BacktestResultResponse, BacktestSpec } from '@flightdeck/contracts';
import { OtherBacktest, runBacktest } from '../../../rules/src/index.js';
import type { Config } from '../config.js';
import { followedWithCourtesy } from '../job/courtesy.js';
import { jobChild } from '../job/job-child.js';
import { openBacktestGround, type BacktestGround } from './backtest.module.js';

/** Tries a spec on the ledger; goes on from where it was cut off, unless another release left that. */
export async function backtestChild(config: Pick<Config, 'dataDir' | 'eventStore'>): Promise<void> {
  await jobChild<BacktestSpec, BacktestResultResponse, BacktestGround>(
    (spec) => openBacktestGround(config, spec),
    async (ground, spec, onProgress, signal) => {
      const startedAt = performance.now();
      const elapsedMs = (): number => performance.now() - startedAt;
      const { store, eventsTotal } = ground;
      const ledger = followedWithCourtesy(ground.ledger);
      const deps = { ledger, eventsTotal, elapsedMs, onProgress };
      try {
        return await runBacktest({ ...deps, store }, spec, signal);
      } catch (error) {
        if (!(error instanceof OtherBacktest)) throw error;
        return runBacktest({ ...deps, store: await ground.empty() }, spec, signal);
      }
    },
  );
}
