import type { Rule } from '@flightdeck/domain';
import type { JobRunner } from './replay.js';
import type { BacktestProgressResponse, BacktestResultResponse } from './rest/backtests.js';

/** One set of rules to be tried on the past, by its name in the result. */
export interface BacktestVariant {
  readonly name: string;
  readonly rules: readonly Rule[];
}

/** What to try, and on which part of the past (epoch milliseconds, `toMs` exclusive). */
export interface BacktestSpec {
  /** Names it, so that a run that was cut off finds what it had come to. */
  readonly backtestId: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly variants: readonly BacktestVariant[];
  /** What was recorded after this moment is left out; absent: everything that is there when the end is reached. */
  readonly untilMs?: number;
}

/** Tries rules on the past beside the live system, without slowing it. */
export type BacktestRunner = JobRunner<BacktestSpec, BacktestProgressResponse, BacktestResultResponse>;

/** Nest injection token of the process's backtest runner. */
export const BACKTEST_RUNNER = Symbol('BacktestRunner');
