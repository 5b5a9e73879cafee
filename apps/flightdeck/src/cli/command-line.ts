import { Command } from 'commander';
import type { Config } from '../config.js';
import { VERSION } from '../version.js';
import { archiveCommand } from './archive-command.js';
import { backtestCommand } from './backtest-command.js';
import { benchCommand } from './bench-command.js';
import { exportCommand } from './export-command.js';
import { hiddenCommands } from './hidden-commands.js';
import { importCommand } from './import-command.js';
import { keysCommand } from './keys-command.js';
import { rebuildCommand } from './rebuild-command.js';
import { replayCommand } from './replay-command.js';
import { rulesCommand } from './rules-command.js';
import { demoCommand, startCommand } from './serve-commands.js';
import { serviceCommand, servicesCommand, type Environment } from './services-commands.js';
import { verifyCommand } from './verify-command.js';

/** The `flightdeck` command line. Configuration is read only when a command needs it, so `--help` always works. */
export function commandLine(config: () => Config, environment: Environment): Command {
  const program = new Command('flightdeck')
    .description('An event-sourced control plane for ad campaigns.')
    .version(VERSION)
    .showHelpAfterError()
    .addCommand(startCommand(config))
    .addCommand(demoCommand(config))
    .addCommand(servicesCommand(config, environment))
    .addCommand(serviceCommand(config, environment), { hidden: true })
    .addCommand(importCommand(config))
    .addCommand(keysCommand(config))
    .addCommand(rulesCommand(config))
    .addCommand(backtestCommand(config))
    .addCommand(replayCommand(config))
    .addCommand(rebuildCommand(config))
    .addCommand(exportCommand(config))
    .addCommand(archiveCommand(config))
    .addCommand(verifyCommand(config))
    .addCommand(benchCommand());
  for (const hidden of hiddenCommands(config)) program.addCommand(hidden, { hidden: true });
  return program;
}
