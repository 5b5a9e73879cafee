import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from 'node:net';
import { Health } from '../health/health.js';
import { Metrics } from '../metrics/metrics.js';
import { BODY_LIMIT, json, RAW_LIMIT, startTestApp, type TestClient } from '../testing/test-app.js';

let http: TestClient;
beforeAll(async () => {
  http = await startTestApp();
});
afterAll(() => http.app.close());

/** Sends bytes on a socket and answers what came back until the server closed or a whole answer was there. */
function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(http.port, '127.0.0.1');
    let answer = '';
    socket.on('data', (part) => {
      answer += part.toString();
      if (answer.includes('\r\n\r\n')) socket.destroy();
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
    socket.write(text);
  });
}

describe('bodies', () => {
  it.each([
    ['malformed JSON', '{"a":'],
    ['invalid UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['deep JSON', '['.repeat(500) + ']'.repeat(500)],
    ['__proto__', '{"__proto__":{"admin":true}}'],
    ['an escaped __proto__', '{"\\u005f_proto__":{"admin":true}}'],
    ['constructor', '{"constructor":{"prototype":{}}}'],
  ])('refuses %s with 400', async (_, payload) => {
    const answer = await http.post('/things', payload, json);
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({ code: 'malformed' });
  });

  it('takes a brace in a string for what it is', async () => {
    const answer = await http.post('/things', { name: '[{'.repeat(100) + '\\"', inner: { count: 1 } });
    expect(answer.status).toBe(201);
  });

  it('answers 413 on the Content-Length alone, before any byte of the body', async () => {
    const answer = await raw(
      `POST /things HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer writer-token\r\nContent-Type: application/json\r\nContent-Length: ${BODY_LIMIT + 1}\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer.toLowerCase()).toContain('connection: close');
  });

  it('answers 413 while a chunked body comes in', async () => {
    const chunk = 'x'.repeat(BODY_LIMIT + 1);
    const answer = await raw(
      `POST /things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${chunk.length.toString(16)}\r\n${chunk}\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('has a limit of its own for raw routes', async () => {
    const within = await http.post('/v1/raw', 'x'.repeat(BODY_LIMIT + 1), {
      'content-type': 'application/x-ndjson',
    });
    expect(within.json).toEqual({ bytes: BODY_LIMIT + 1 });
    const over = await http.post('/v1/raw', 'x'.repeat(RAW_LIMIT + 1), {
      'content-type': 'application/x-ndjson',
    });
    expect(over.json).toMatchObject({ status: 413, code: 'too-large' });
  });

  it('gives a raw route its bytes, malformed JSON too', async () => {
    const answer = await http.post('/v1/raw', '{"a":', { 'content-type': 'application/json; charset=utf-8' });
    expect(answer.json).toEqual({ bytes: 5 });
  });

  it.each([
    ['/v1/raw', 'text/plain'],
    ['/v1/raw', 'application/xml'],
    ['/things', 'application/x-ndjson'],
    ['/things', 'text/plain'],
  ])('answers 415 on %s to %s', async (url, type) => {
    const answer = await http.post(url, 'x', { 'content-type': type });
    expect(answer.json).toMatchObject({ status: 415, code: 'unsupported-media-type' });
  });
});

describe('headers', () => {
  it('says nothing of the software and forbids framing', async () => {
    const { headers } = await http.get('/healthz');
    expect(headers['x-powered-by']).toBeUndefined();
    expect(headers['access-control-allow-origin']).toBeUndefined();
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  it('carries a well-formed correlation id through and replaces any other', async () => {
    expect((await http.get('/healthz', { 'x-correlation-id': 'abc-1' })).headers['x-correlation-id']).toBe(
      'abc-1',
    );
    const forged = await http.get('/healthz', { 'x-correlation-id': 'a b"}' });
    expect(forged.headers['x-correlation-id']).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('operations', () => {
  it('is ready only when every part is', async () => {
    expect((await http.get('/readyz')).status).toBe(200);
    let ready = false;
    http.app.get(Health).register('projection', () => (ready ? { ready } : { ready, detail: 'catching up' }));
    const answer = await http.get('/readyz');
    expect(answer.status).toBe(503);
    expect(answer.json).toMatchObject({ parts: { projection: { detail: 'catching up' } } });
    ready = true;
    expect((await http.get('/readyz')).status).toBe(200);
  });

  it('exposes metrics', async () => {
    http.app.get(Metrics).counter('planted_total', 'A counter.').inc(3);
    const answer = await http.get('/metrics');
    expect(answer.headers['content-type']).toContain('text/plain');
    expect(answer.body).toContain('planted_total 3');
  });
});
