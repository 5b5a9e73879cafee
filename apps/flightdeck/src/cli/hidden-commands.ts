import { Command } from 'commander';
import { backtestChild } from '../backtest/backtest-child.js';
import type { Config } from '../config.js';
import { replayChild } from '../replay/replay-child.js';

/** What the server starts for its jobs, each in a process of its own; not for people. */
export function hiddenCommands(config: () => Config): readonly Command[] {
  return [
    new Command('backtest-run').action(() => backtestChild(config())),
    new Command('replay-run').action(() => replayChild(config())),
  ];
}
