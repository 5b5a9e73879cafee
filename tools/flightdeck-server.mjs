// A Flightdeck in a process of its own, for the scripts beside this file. Needs a build.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

export const MAIN = 'dist/apps/flightdeck/main.js';

/** What a Flightdeck, or a command of it, is told: nothing of what surrounds the script but PATH. */
export function environmentOf(dataDir, more = {}) {
  return {
    ...{ PATH: process.env.PATH, FLIGHTDECK_DATA_DIR: dataDir, FLIGHTDECK_PORT: '0' },
    ...{ FLIGHTDECK_LOG_LEVEL: 'error', ...more },
  };
}

/** Runs `start` or `demo` and resolves once it is ready: its address, its admin token, and `stop`, which says its exit code. */
export async function startFlightdeck(command, env) {
  const child = spawn(process.execPath, [MAIN, command, '--json'], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const { url, adminTokenFile } = await ready(child);
  child.stdout.resume();
  const stop = async () => {
    child.kill('SIGTERM');
    const [code] = await ended;
    return code;
  };
  return {
    child,
    url,
    token: env.FLIGHTDECK_ADMIN_TOKEN ?? readFileSync(adminTokenFile, 'utf8').trim(),
    stop,
  };
}

function ready(child) {
  return new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error('Flightdeck ended before it was ready.')));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const said = line.startsWith('{') ? JSON.parse(line) : undefined;
      if (said?.event === 'ready') resolve(said);
    });
  });
}
