import { join } from 'node:path';
import { Command } from 'commander';
import type { Config } from '../config.js';
import { runDemo } from '../demo/demo.js';
import { runFlightdeck, type Running } from '../run.js';
import { ApiClient } from './client.js';

interface Options {
  readonly json?: true;
}

/** `start`: everything in one process until SIGTERM. */
export function startCommand(config: () => Config): Command {
  return new Command('start')
    .description('serve Flightdeck in one process, data in FLIGHTDECK_DATA_DIR')
    .option('--json', 'print one JSON line once ready')
    .action(async (options: Options) => {
      announce(await runFlightdeck(config()), options);
    });
}

/** `demo`: the same with sample campaigns, rules and a live traffic simulator, in a data directory of its own. */
export function demoCommand(config: () => Config): Command {
  return new Command('demo')
    .description('serve Flightdeck with sample campaigns, rules and live traffic')
    .option('--json', 'print one JSON line once ready')
    .action(async (options: Options) => {
      const settings = config();
      const stop = new AbortController();
      const demo = { ...settings, dataDir: join(settings.dataDir, 'demo') };
      const server = await runFlightdeck(demo, { beforeStop: () => stop.abort() });
      announce(server, options);
      const say = (sentence: string) => process.stderr.write(`${sentence}\n`);
      await runDemo(new ApiClient(server.url, server.adminToken), stop.signal, say).catch(
        (error: unknown) => {
          if (!stop.signal.aborted) throw error; // while stopping, the server's goodbye is no failure
        },
      );
    });
}

function announce(server: Running, { json }: Options): void {
  const { url, adminToken, adminTokenFile, readyMs, dataDir } = server;
  const sentences =
    `Flightdeck is ready on ${url} (${readyMs} ms).\n` +
    // What follows # stays in the browser: it is in no request and in no log of a proxy.
    `  console      ${url}/#token=${adminToken}\n` +
    `  API          ${url}/docs\n` +
    `  data         ${dataDir}\n` +
    `  admin token  ${adminTokenFile}`;
  process.stdout.write(
    `${json ? JSON.stringify({ event: 'ready', url, adminTokenFile, readyMs }) : sentences}\n`,
  );
}
