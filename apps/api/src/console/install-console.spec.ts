import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fastifyModule, { type FastifyInstance } from 'fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { buffer } from 'node:stream/consumers';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { installConsole, isPage } from './install-console.js';

const SCRIPT = 'console.log("hello");'.repeat(100);

describe('the console, served', () => {
  const directory = mkdtempSync(join(tmpdir(), 'flightdeck-console-'));
  let fastify: FastifyInstance;

  beforeAll(async () => {
    mkdirSync(join(directory, 'assets'));
    writeFileSync(join(directory, 'index.html'), '<!doctype html><title>Flightdeck</title>');
    writeFileSync(join(directory, 'assets', 'index-abc.js'), SCRIPT);
    writeFileSync(join(directory, 'assets', 'index-abc.js.gz'), gzipSync(SCRIPT));
    fastify = fastifyModule();
    const app = {
      register: fastify.register.bind(fastify),
      getHttpAdapter: () => ({ getInstance: () => fastify }),
    };
    await installConsole(app as unknown as NestFastifyApplication, directory);
    fastify.get('/v1/long', () => ({ text: 'x'.repeat(20_000) }));
    await fastify.listen({ port: 0, host: '127.0.0.1' });
  });
  afterAll(async () => {
    await fastify.close();
    rmSync(directory, { recursive: true, force: true });
  });

  /** The path goes out as it stands, and what comes back is not decompressed. */
  async function ask(path: string, headers: Record<string, string> = {}) {
    const { port } = fastify.server.address() as AddressInfo;
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      get({ port, host: '127.0.0.1', path, headers }, resolve).on('error', reject);
    });
    return { status: answer.statusCode, headers: answer.headers, body: await buffer(answer) };
  }

  it.each(['/', '/campaigns', '/campaigns/c1', '/rules/new?x=1', '/campaigns/a.b'])(
    '%s is the page',
    async (url) => {
      const answer = await ask(url);
      expect([answer.status, answer.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
      expect(answer.headers['cache-control']).toBe('no-cache');
    },
  );

  it.each([
    '/v1',
    '/v1/nothing',
    '/docs/x',
    '/openapi.json',
    '/asyncapi.json',
    '/healthz',
    '/favicon.ico',
    '/assets/none.js',
    '/assets/../index.html',
  ])('%s is not', async (url) => expect((await ask(url)).status).not.toBe(200));

  it('lets assets be kept for ever, and compresses them before they are asked for', async () => {
    const answer = await ask('/assets/index-abc.js', { 'accept-encoding': 'gzip' });
    expect(answer.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(answer.headers['content-encoding']).toBe('gzip');
  });

  it('compresses long answers of the API', async () => {
    const answer = await ask('/v1/long', { 'accept-encoding': 'gzip' });
    expect(answer.headers['content-encoding']).toBe('gzip');
    expect(answer.body.length).toBeLessThan(1_000);
  });

  it('would notice a page that shadows the API (planted)', () => {
    const shadowing = (url: string): boolean => !url.includes('.');
    expect(shadowing('/v1/nothing')).not.toBe(isPage('/v1/nothing'));
  });
});
