import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AUTHENTICATOR } from '../auth/authenticator.js';
import { CLOCK } from '../clock.js';
import { createHttpApp } from '../http/create-http-app.js';
import { IDEMPOTENCY_STORE } from '../idempotency/idempotency-store.js';
import { createLogger, LOGGER } from '../logging/logger.js';
import { PlatformModule } from '../platform.module.js';
import { PortClient } from './port-client.js';
import { PortsModule } from './ports.controller.js';
import { carried, FrameReader, frameOf, PORTS_BODIES, PORTS_PATH, PORTS_PERMISSION } from './wire.js';

const TOKEN = 'the-token-of-the-services';
const logger = createLogger({ level: 'silent' });

class TooMany extends Error {
  override readonly name = 'TooMany';
  constructor(readonly max: number) {
    super(`At most ${max}.`);
  }
}

const ports = {
  things: {
    calls: {
      echo: (...values: unknown[]) => values,
      refuse: () => Promise.reject(new TooMany(7)),
    },
    feeds: {
      counted: async function* (signal: AbortSignal) {
        for (let i = 0; i < 1_000 && !signal.aborted; i++) yield { i, text: 'x'.repeat(i) };
      },
    },
  },
};

@Module({})
class Root {
  static register() {
    const service = { id: 'service', role: 'service', permissions: [PORTS_PERMISSION] };
    const person = { id: 'person', role: 'admin', permissions: ['everything:else'] };
    const known = new Map([
      [TOKEN, service],
      ['a-person', person],
    ]);
    const providers = [
      { provide: AUTHENTICATOR, useValue: { authenticate: (token: string) => known.get(token) } },
      { provide: IDEMPOTENCY_STORE, useValue: {} },
      { provide: CLOCK, useValue: Date.now },
      { provide: LOGGER, useValue: logger },
    ];
    return {
      module: Root,
      global: true,
      imports: [PlatformModule.register(), PortsModule.register({ inject: [], useFactory: () => ports })],
      providers,
      exports: providers.map(({ provide }) => provide),
    };
  }
}

let app: NestFastifyApplication;
let url = '';
beforeAll(async () => {
  app = await createHttpApp(Root.register(), { logger, rawBodies: [PORTS_BODIES] });
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
});
afterAll(async () => {
  await app.close();
});

function clientOf(options: Partial<ConstructorParameters<typeof PortClient>[0]> = {}): PortClient {
  return new PortClient({ url, name: 'thing', token: TOKEN, ...options });
}

describe('a call to another process', () => {
  it('gives back what was handed over, whatever it is made of', async () => {
    const client = clientOf();
    const values = [undefined, null, 1n, { a: [undefined] }, new Map([['k', new Set([1])]]), Infinity, 'é'];
    expect(await client.call('things', 'echo', values)).toEqual(values);
    const bytes = Buffer.from([0, 255, 7]);
    const [echoed] = (await client.call('things', 'echo', [bytes])) as [Uint8Array];
    expect(Buffer.from(echoed).equals(bytes)).toBe(true);
    client.close();
  });

  it('throws what the process threw, made again where the caller tells it apart', async () => {
    const plain = clientOf();
    await expect(plain.call('things', 'refuse', [])).rejects.toMatchObject({ name: 'TooMany', max: 7 });
    plain.close();
    const reviving = clientOf({ reviveError: ({ fields }) => new TooMany(Number(fields['max'])) });
    await expect(reviving.call('things', 'refuse', [])).rejects.toBeInstanceOf(TooMany);
    reviving.close();
  });

  it('is answered again after an outage in the middle, and is a problem when the outage lasts', async () => {
    let outages = 3;
    const flaky: Server = createServer((request, response) => {
      if (outages-- > 0) {
        request.socket.destroy();
        return;
      }
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const { authorization = '', 'content-type': type = '' } = request.headers;
        void fetch(`${url}${request.url ?? ''}`, {
          method: 'POST',
          headers: { authorization, 'content-type': type },
          body: Buffer.concat(parts),
        }).then(async (answer) => response.end(Buffer.from(await answer.arrayBuffer())));
      });
    });
    await new Promise<void>((resolve) => flaky.listen(0, '127.0.0.1', resolve));
    const at = `http://127.0.0.1:${(flaky.address() as AddressInfo).port}`;
    const client = clientOf({ url: at });
    expect(await client.call('things', 'echo', ['x'])).toEqual(['x']);
    outages = Infinity;
    const hasty = clientOf({ url: at, waitForPeerMs: 50 });
    await expect(hasty.call('things', 'echo', ['x'])).rejects.toMatchObject({
      status: 503,
      code: 'unavailable',
    });
    client.close();
    hasty.close();
    flaky.closeAllConnections();
    await new Promise((resolve) => flaky.close(resolve));
  });

  it.each([
    ['without a token', {}, 401],
    ['with the token of a person', { authorization: 'Bearer a-person' }, 403],
  ])('is refused %s', async (_, headers, status) => {
    for (const [method, path] of [
      ['POST', 'echo'],
      ['GET', 'counted'],
    ] as const) {
      const answer = await fetch(`${url}${PORTS_PATH}/things/${path}`, { method, headers });
      expect(answer.status).toBe(status);
    }
  });

  it('of a port that there is not, or of what every object has, is not found', async () => {
    const client = clientOf();
    for (const name of ['nothing', 'constructor', '__proto__'])
      await expect(client.call('things', name, [])).rejects.toThrow('404');
    await expect(client.call('toString', 'call', [])).rejects.toThrow('404');
    client.close();
  });

  it('whose bytes are no arguments is refused', async () => {
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/octet-stream' };
    const answer = await fetch(`${url}${PORTS_PATH}/things/echo`, {
      method: 'POST',
      headers,
      body: 'no clone',
    });
    expect(answer.status).toBe(400);
  });
});

describe('a feed of another process', () => {
  it('brings every item in order, and says when it is over', async () => {
    const client = clientOf();
    const seen: number[] = [];
    const read = async (): Promise<void> => {
      for await (const item of client.feed('things', 'counted', new AbortController().signal))
        seen.push((item as { i: number }).i);
    };
    await expect(read()).rejects.toThrow('ended the feed');
    expect(seen).toEqual(Array.from({ length: 1_000 }, (_, i) => i));
    client.close();
  });

  it('ends without an error when its reader has enough', async () => {
    const client = clientOf();
    const stop = new AbortController();
    const seen: unknown[] = [];
    for await (const item of client.feed('things', 'counted', stop.signal)) {
      seen.push(item);
      if (seen.length === 3) stop.abort();
    }
    expect(seen.length).toBeGreaterThanOrEqual(3);
    client.close();
  });

  it('is put together however its bytes are cut', () => {
    const bytes = Buffer.concat([frameOf({ a: 1 }), frameOf(), frameOf([2n])]);
    for (let size = 1; size <= bytes.length; size++) {
      const reader = new FrameReader();
      const items: unknown[] = [];
      for (let at = 0; at < bytes.length; at += size)
        items.push(...reader.take(bytes.subarray(at, at + size)));
      expect(items).toEqual([{ a: 1 }, [2n]]);
    }
  });

  it('with an item of no sensible length is refused', () => {
    expect(() => new FrameReader().take(Buffer.from([255, 255, 255, 255]))).toThrow(RangeError);
  });
});

it('carries the fields of an exception and neither its stack nor its cause', () => {
  const error = Object.assign(new TooMany(3), { cause: new Error('secret'), inner: { deep: true } });
  expect(carried(error)).toEqual({
    name: 'TooMany',
    message: 'At most 3.',
    fields: { name: 'TooMany', max: 3 },
  });
});
