// Makes the disk refuse to flush (EIO on fdatasync, injected by strace) under a running Flightdeck and holds that it ends at once,
// that no request is acknowledged after the failure, and that everything acknowledged before it is there when it starts again.
// Needs strace and a build. Usage: node tools/check-flush-failure.mjs
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Flushes of the writing thread that succeed before the disk breaks, one run each. */
const FAIL_AFTER = [30, 45, 80];
const REQUESTS_MAX = 500;
const EXIT_STORE_FAILED = 70;
const MAIN = 'dist/apps/flightdeck/main.js';
/** A resent event is the same to the byte. */
const occurredAt = [];

for (const flushes of FAIL_AFTER) await run(flushes);

async function run(flushes) {
  const directory = mkdtempSync(join(tmpdir(), 'flightdeck-flush-'));
  const trace = join(directory, 'trace');
  const dataDir = join(directory, 'data');
  try {
    const inject = `inject=fsync,fdatasync:error=EIO:when=${flushes}+`;
    const strace = [
      '-f',
      '-qq',
      '-e',
      'trace=fsync,fdatasync',
      '-e',
      inject,
      '-o',
      trace,
      process.execPath,
      MAIN,
    ];
    const broken = await start('strace', strace, dataDir);
    const acknowledged = [];
    for (let i = 0; i < REQUESTS_MAX && !broken.ended; i++) if (await send(broken, i)) acknowledged.push(i);
    const code = await broken.end;
    const injected = readFileSync(trace, 'utf8').split('INJECTED').length - 1;
    if (injected === 0) fail('nothing was injected, so nothing was tested');
    if (code !== EXIT_STORE_FAILED) fail(`the process ended with ${code} instead of ${EXIT_STORE_FAILED}`);

    const mended = await start(process.execPath, [MAIN], dataDir);
    for (const i of acknowledged) {
      if ((await send(mended, i))?.duplicates !== 1) fail(`event ${i} was acknowledged and is not there`);
    }
    mended.child.kill('SIGTERM');
    await mended.end;
    console.log(
      `ok: disk broken after ${flushes} flushes: exit ${code}, ${acknowledged.length} acknowledged events all there`,
    );
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function start(command, args, dataDir) {
  const child = spawn(command, [...args, 'start', '--json'], {
    env: {
      PATH: process.env.PATH,
      UV_THREADPOOL_SIZE: '1',
      FLIGHTDECK_DATA_DIR: dataDir,
      FLIGHTDECK_PORT: '0',
      FLIGHTDECK_LOG_LEVEL: 'error',
    },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const server = { child, ended: false, end: undefined };
  server.end = new Promise((resolve) =>
    child.once('exit', (code) => {
      server.ended = true;
      resolve(code);
    }),
  );
  const line = await new Promise((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (part) => {
      text += part;
      const ready = text.split('\n').find((each) => each.includes('"event":"ready"'));
      if (ready) resolve(JSON.parse(ready));
    });
    child.once('exit', (code) => reject(new Error(`Flightdeck ended with ${code} before it was ready`)));
  });
  return Object.assign(server, { url: line.url, token: readFileSync(line.adminTokenFile, 'utf8').trim() });
}

/** The answer of one event's request, or undefined when it was not acknowledged. */
async function send(server, i) {
  occurredAt[i] ??= new Date().toISOString();
  const event = { eventId: `flush-${i}`, type: 'click', occurredAt: occurredAt[i], campaignId: `c${i % 7}` };
  try {
    const response = await fetch(`${server.url}/v1/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(event),
    });
    return response.ok ? await response.json() : undefined;
  } catch {
    return undefined; // the process died under the request: not acknowledged
  }
}

function fail(message) {
  console.error(`not ok: ${message}`);
  process.exit(1);
}
