import type { Rule } from '@flightdeck/domain';
import type { BacktestProgressResponse, BacktestResultResponse } from './rest/backtests.js';

/** One set of rules to be tried on the past, by its name in the result. */
export interface BacktestVariant {
  readonly name: string;
  readonly rules: readonly Rule[];
}

/** What to try, and on which part of the past (epoch milliseconds, `toMs` exclusive). */
export interface BacktestSpec {
  readonly fromMs: number;
  readonly toMs: number;
  readonly variants: readonly BacktestVariant[];
}

/** Tries rules on the past beside the live system, without slowing it. */
export interface BacktestRunner {
  /** Resolves with the result. Rejects when it failed, or when `signal` aborted it. */
  run(
    spec: BacktestSpec,
    onProgress: (progress: BacktestProgressResponse) => void,
    signal: AbortSignal,
  ): Promise<BacktestResultResponse>;
}

/** Nest injection token of the process's backtest runner. */
export const BACKTEST_RUNNER = Symbol('BacktestRunner');
