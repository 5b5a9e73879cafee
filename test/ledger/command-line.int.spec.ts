import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';

const MAIN = 'dist/apps/ledger/main.js';
const EXIT_USAGE = 64;
const EXIT_UNAVAILABLE = 69;

interface Started {
  readonly child: ChildProcess;
  readonly url: string;
  readonly complaints: () => string;
}

let directory: string;
let started: Started[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'flightdeck-ledger-main-'));
});
afterEach(async () => {
  for (const { child } of started) await stop(child);
  started = [];
  rmSync(directory, { recursive: true, force: true });
});

describe('the ledger’s command line', () => {
  it.each([
    ['neither --data nor --memory', []],
    ['both of them', ['--memory', '--data', 'x']],
    ['--tls without its files', ['--memory', '--tls']],
    ['--default-user for other machines', ['--memory', '--default-user', '--host', '0.0.0.0']],
    ['a port that is none', ['--memory', '--port', 'abc']],
  ])('refuses %s with one sentence', (_, parameters) => {
    const { status, stderr } = spawnSync(process.execPath, [MAIN, ...parameters], { encoding: 'utf8' });
    expect([EXIT_USAGE, 1]).toContain(status);
    expect(stderr).not.toContain('    at ');
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('needs TLS for other machines, and users for TLS', () => {
    const [cert, key] = certificate();
    for (const parameters of [
      ['--memory', '--host', '0.0.0.0'],
      ['--memory', '--tls', '--cert', cert, '--key', key],
    ]) {
      const { status, stderr } = spawnSync(process.execPath, [MAIN, '--port', '0', ...parameters], {
        encoding: 'utf8',
      });
      expect(status).toBe(EXIT_USAGE);
      expect(stderr).toMatch(/--tls/);
      expect(stderr).not.toContain('    at ');
    }
  });

  it('says READY and where, serves its health, keeps its data, and lets only one have them', async () => {
    const data = join(directory, 'ledger');
    const first = await start('--data', data, '--health-port', '0');
    expect(first.url).toMatch(/^esdb:\/\/127\.0\.0\.1:\d+\?tls=false$/);
    const client = EventStoreDBClient.connectionString(first.url);
    await client.appendToStream('s-1', jsonEvent({ type: 'T', data: {} }));
    await client.dispose();
    const second = spawnSync(process.execPath, [MAIN, '--port', '0', '--data', data], { encoding: 'utf8' });
    expect(second.status).toBe(EXIT_UNAVAILABLE);
    expect(second.stderr).toMatch(/in use by process \d+/);
    await stop(first.child);
    const again = await start('--data', data);
    const reader = EventStoreDBClient.connectionString(again.url);
    let seen = 0;
    for await (const { event } of reader.readStream('s-1')) seen += event === undefined ? 0 : 1;
    expect(seen).toBe(1);
    await reader.dispose();
  });

  it('answers an orchestrator over HTTP', async () => {
    const { complaints } = await start('--memory', '--health-port', '0');
    const port = /HEALTH http:\/\/127\.0\.0\.1:(\d+)/.exec(complaints())?.[1] ?? '';
    const answers = await Promise.all(
      ['healthz', 'readyz', 'metrics', 'else'].map((path) => fetch(`http://127.0.0.1:${port}/${path}`)),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 404]);
    expect(await answers[2]?.text()).toContain('flightdeck_ledger_events 3');
  });

  it('asks for the users of a file over TLS, whose passwords are hashed', async () => {
    const [cert, key] = certificate();
    const users = execFileSync(process.execPath, [MAIN, 'user', 'ops'], { input: 'correct horse\n' });
    expect(users.toString()).not.toContain('correct horse');
    writeFileSync(join(directory, 'users.json'), users);
    const { url } = await start(
      '--memory',
      '--tls',
      '--cert',
      cert,
      '--key',
      key,
      '--users',
      join(directory, 'users.json'),
    );
    const port = new URL(url).port;
    const appended = (login: string) => {
      const client = EventStoreDBClient.connectionString(
        `esdb://${login}127.0.0.1:${port}?tls=true&tlsCAFile=${cert}`,
      );
      return client
        .appendToStream('s-1', jsonEvent({ type: 'T', data: {} }))
        .then(({ success }) => success)
        .finally(() => void client.dispose());
    };
    expect(await appended('ops:correct%20horse@')).toBe(true);
    await expect(appended('ops:wrong@')).rejects.toThrow();
    await expect(appended('')).rejects.toMatchObject({ type: 'access-denied' });
  });

  it('takes admin/changeit with a warning, and asks nobody for it without TLS', async () => {
    const [cert, key] = certificate();
    const secure = await start('--memory', '--tls', '--cert', cert, '--key', key, '--default-user');
    expect(secure.complaints()).toContain('WARNING');
    const port = new URL(secure.url).port;
    const client = EventStoreDBClient.connectionString(
      `esdb://admin:changeit@127.0.0.1:${port}?tls=true&tlsCAFile=${cert}`,
    );
    expect((await client.appendToStream('s-1', jsonEvent({ type: 'T', data: {} }))).success).toBe(true);
    await client.dispose();
    const open = await start('--memory', '--default-user', '--allow-delete');
    const anybody = EventStoreDBClient.connectionString(open.url);
    await anybody.appendToStream('s-1', jsonEvent({ type: 'T', data: {} }));
    expect((await anybody.deleteStream('s-1')).position).toBeDefined();
    await anybody.dispose();
  });
});

async function start(...parameters: readonly string[]): Promise<Started> {
  const child = spawn(process.execPath, [MAIN, '--port', '0', ...parameters], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let complaints = '';
  child.stderr.on('data', (text: Buffer) => (complaints += text.toString()));
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('READY ')) resolve(line.slice('READY '.length));
    });
    child.once('exit', (code) => reject(new Error(`It ended with ${code ?? 'a signal'}: ${complaints}`)));
  });
  const one = { child, url, complaints: () => complaints };
  started.push(one);
  return one;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}

function certificate(): readonly [cert: string, key: string] {
  const [cert, key] = [join(directory, 'cert.pem'), join(directory, 'key.pem')];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-keyout', key, '-out', cert];
  execFileSync('openssl', [...made, ...names], { stdio: 'ignore' });
  return [cert, key];
}
