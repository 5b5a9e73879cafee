import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { addressGuard } from '../webhook/address-guard.js';
import { signedHeaders, webhookSecret } from '../webhook/signature.js';
import { webhookSender, type WebhookSenderOptions } from './webhook.js';

const LOOPBACK = { allow: ['127.0.0.0/8'] };
interface Got {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)));
  server = undefined;
});

/** A receiver that answers with a status and headers, and keeps what it got; without a status it never answers. */
async function receiver(
  status?: number,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly url: string; readonly port: number; readonly got: Got[] }> {
  const got: Got[] = [];
  const made = createServer((request, response) => {
    void text(request).then((body) => {
      got.push({ path: request.url ?? '', headers: request.headers, body });
      if (status !== undefined) response.writeHead(status, headers).end('whatever');
    });
  });
  server = made;
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
  const { port } = made.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/hook`, port, got };
}

async function post(
  url: string,
  options: WebhookSenderOptions = LOOPBACK,
): ReturnType<ReturnType<typeof webhookSender>['post']> {
  const sender = webhookSender(options);
  try {
    return await sender.post(url, { 'webhook-id': 'm1' }, '{"a":1}');
  } finally {
    sender.close();
  }
}

describe('signatures', () => {
  const key = Buffer.alloc(32, 1);
  const body = '{"detail":{"reason":"Überzogen"}}';
  const signed = (generations: readonly number[]): Record<string, string> => {
    const message = { id: 'm1', timestampSeconds: Math.floor(Date.now() / 1_000), body };
    return {
      ...signedHeaders(
        message,
        generations.map((one) => webhookSecret(key, 'w1', one)),
      ),
    };
  };
  const verify = (generation: number, headers: Record<string, string>, text = body): unknown =>
    new Webhook(webhookSecret(key, 'w1', generation)).verify(text, headers);

  it('are what the Standard Webhooks library verifies, with either secret while one replaces the other', () => {
    expect(verify(2, signed([2, 1]))).toEqual(JSON.parse(body));
    expect(verify(1, signed([2, 1]))).toEqual(JSON.parse(body));
  });
  it('fail for another secret, another text, another id', () => {
    expect(() => verify(3, signed([2, 1]))).toThrow();
    expect(() => verify(1, signed([1]), body.replace('Ü', 'U'))).toThrow();
    expect(() => verify(1, { ...signed([1]), 'webhook-id': 'm2' })).toThrow();
  });
  it('have secrets that differ by webhook and generation', () => {
    const secrets = [webhookSecret(key, 'w1', 1), webhookSecret(key, 'w1', 2), webhookSecret(key, 'w2', 1)];
    expect(new Set(secrets).size).toBe(3);
  });
});

describe('addresses', () => {
  it.each([
    ...['127.0.0.1', '10.0.0.1', '172.31.0.1', '192.168.0.1', '169.254.169.254', '100.64.0.1', '0.0.0.0'],
    ...[
      '::1',
      '::',
      'fe80::1%eth0',
      'fd00::1',
      '::ffff:10.0.0.1',
      '64:ff9b::a00:1',
      '2002:a00:1::',
      'ff02::1',
    ],
    ...['not an address', '255.255.255.255'],
  ])('%s is forbidden', (address) => expect(addressGuard([]).judge(address)).toBe('forbidden'));
  it.each(['93.184.215.14', '2606:2800:21f:cb07::1'])('%s is public', (address) =>
    expect(addressGuard([]).judge(address)).toBe('public'),
  );
  it('are reached when the operator allows them, and only those', () => {
    const guard = addressGuard(['10.1.0.0/16']);
    expect([guard.judge('10.1.2.3'), guard.judge('10.2.2.3')]).toEqual(['allowed', 'forbidden']);
  });
});

describe('posting', () => {
  it('sends the body and the headers, and tells of success', async () => {
    const { url, got } = await receiver(204);
    expect(await post(url)).toEqual({ ok: true, status: 204 });
    expect(got).toMatchObject([
      { path: '/hook', body: '{"a":1}', headers: { 'webhook-id': 'm1', 'content-type': 'application/json' } },
    ]);
  });
  it('follows no redirect', async () => {
    const { url, got } = await receiver(307, { location: 'http://127.0.0.1:1/' });
    expect(await post(url)).toMatchObject({ ok: false, status: 307, retryable: true });
    expect(got).toHaveLength(1);
  });
  it('tells of a receiver that wants it later, and of one that wants it no more', async () => {
    const { url } = await receiver(503, { 'retry-after': '30' });
    expect(await post(url)).toMatchObject({ status: 503, retryable: true, retryAfterMs: 30_000 });
    await new Promise((resolve) => server?.close(resolve) ?? resolve(undefined));
    const gone = await receiver(410);
    expect(await post(gone.url)).toMatchObject({ status: 410, retryable: false });
  });
  it('gives up on one that does not answer', async () => {
    const { url } = await receiver();
    expect(await post(url, { ...LOOPBACK, timeoutMs: 50 })).toMatchObject({
      ok: false,
      status: null,
      retryable: true,
    });
  });
  it('reaches no special address, named or resolved, whatever else the name resolves to', async () => {
    const { url, port, got } = await receiver(200);
    const forbidden = { ok: false, status: null, retryable: false };
    expect(await post(url, {})).toMatchObject(forbidden);
    expect(await post(`http://[::ffff:127.0.0.1]:${port}/`, {})).toMatchObject(forbidden);
    const mixed = async () => [
      { address: '93.184.215.14', family: 4 },
      { address: '127.0.0.1', family: 4 },
    ];
    expect(await post(`https://hooks.example:${port}/`, { resolve: mixed })).toMatchObject(forbidden);
    expect(await post(`http://localhost:${port}/`, {})).toMatchObject(forbidden);
    expect(got).toEqual([]);
  });
  it('looks at the very address that it connects to, so a name resolved anew gains nothing', async () => {
    const { port, got } = await receiver(200);
    let asked = 0;
    const rebinding = async () => [{ address: asked++ === 0 ? '127.0.0.1' : '10.9.9.9', family: 4 }];
    expect(await post(`http://hooks.example:${port}/`, { ...LOOPBACK, resolve: rebinding })).toMatchObject({
      ok: true,
    });
    expect([asked, got.length]).toEqual([1, 1]);
  });
  it('speaks plain HTTP only where the operator allows the address', async () => {
    const resolve = async () => [{ address: '93.184.215.14', family: 4 }];
    expect(await post('http://hooks.example/', { resolve })).toMatchObject({ ok: false, retryable: false });
  });
  it('would notice a guard that is not there', async () => {
    const { url, got } = await receiver(200);
    await post(url, { allow: ['0.0.0.0/0', '::/0'] });
    expect(got).toHaveLength(1);
  });
});
