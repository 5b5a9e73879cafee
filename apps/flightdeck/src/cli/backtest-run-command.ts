import { Command } from 'commander';
import { backtestChild } from '../backtest/backtest-child.js';
import type { Config } from '../config.js';

/** `backtest-run`: what the server starts for each backtest; not for people. */
export function backtestRunCommand(config: () => Config): Command {
  return new Command('backtest-run').action(() => backtestChild(config()));
}
