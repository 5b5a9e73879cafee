import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';

/** Built beside the server: benchmarks are a program of their own and never part of what serves. */
const BENCH = fileURLToPath(new URL('../../bench/main.js', import.meta.url));

interface Options {
  readonly quick?: true;
  readonly long?: true;
  readonly only?: string;
  readonly profile?: string;
  readonly json?: true;
}

/** `bench`: measures this machine, each figure beside its ceiling of the same run. */
export function benchCommand(): Command {
  return new Command('bench')
    .description('measure this machine: every figure beside a ceiling of the same run')
    .option('--quick', 'a short run that shows only that everything works')
    .option('--long', 'also what takes minutes: growth up to ten million events, a backtest of a whole day')
    .option('--only <names>', 'only the benchmarks named, comma-separated')
    .option('--profile <dir>', 'write CPU profiles of the server under load')
    .option('--json', 'print one JSON document for programs')
    .action(async (options: Options) => {
      const flags = [
        ...(options.quick ? ['--quick'] : []),
        ...(options.long ? ['--long'] : []),
        ...(options.json ? ['--json'] : []),
        ...(options.only === undefined ? [] : ['--only', options.only]),
        ...(options.profile === undefined ? [] : ['--profile', options.profile]),
      ];
      const child = spawn(process.execPath, [BENCH, ...flags], { stdio: 'inherit' });
      process.exitCode = await new Promise<number>((resolve, reject) => {
        child.once('error', reject);
        child.once('exit', (code) => resolve(code ?? 1));
      });
    });
}
