import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { AwsPeer } from './aws-peers.js';

/** Where `node tools/moto.mjs` puts it. */
const CACHE = resolve('.cache');
const LISTENS = /Running on (http:\/\/127\.0\.0\.1:\d+)/u;
const LAST_WORDS_MAX = 20;

/**
 * Most of AWS: moto, a process of its own, with nothing in it. EventBridge's rules reach SQS's queues there.
 * @throws when it is not installed: `node tools/moto.mjs` does that.
 */
export async function startMoto(): Promise<AwsPeer> {
  const child = spawn(motoServer(), ['-H', '127.0.0.1', '-p', '0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, PYTHONUNBUFFERED: '1' },
  });
  const end = (): boolean => child.kill('SIGKILL');
  process.once('exit', end);
  const said: string[] = [];
  const ended = new Promise<void>((done) => child.once('close', () => done()));
  const url = new Promise<string>((found) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (said.length < LAST_WORDS_MAX) said.push(line);
      const match = LISTENS.exec(line)?.[1];
      if (match !== undefined) found(match);
    });
  });
  const listens = await Promise.race([url, ended.then(() => undefined)]);
  if (listens === undefined) throw new Error(`moto ended before it listened:\n${said.join('\n')}`);
  return {
    url: listens,
    close: async () => {
      process.off('exit', end);
      end();
      await ended;
    },
  };
}

function motoServer(): string {
  const home = readDirectory(CACHE).find((name) => name.startsWith('moto-'));
  if (home === undefined) throw new Error('moto is not installed; run: node tools/moto.mjs');
  return join(CACHE, home, 'bin', 'moto_server');
}

function readDirectory(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    return []; // nothing was ever installed
  }
}
