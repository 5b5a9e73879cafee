import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { good, slowRequestBegun, startTestApp, type TestClient } from '../testing/test-app.js';

let http: TestClient;
beforeAll(async () => {
  http = await startTestApp();
});
afterAll(() => http.app.close());

describe('Idempotency-Key', () => {
  it('gives the first answer again, without what is told once', async () => {
    const first = await http.post('/things', good, { 'idempotency-key': 'k1' });
    const again = await http.post('/things', good, { 'idempotency-key': 'k1' });
    expect(again.status).toBe(201);
    expect(again.headers.etag).toBe(first.headers.etag);
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(again.json).toEqual({ ...(first.json as object), secret: null });
  });

  it('refuses the key for another body', async () => {
    const answer = await http.post('/things', { ...good, name: 'b' }, { 'idempotency-key': 'k1' });
    expect(answer.json).toMatchObject({ status: 422, code: 'idempotency-reused' });
  });

  it('keeps callers apart', async () => {
    const answer = await http.post('/things', good, {
      'idempotency-key': 'k1',
      authorization: 'Bearer other-token',
    });
    expect(answer.json).toMatchObject({ by: 'other' });
  });

  it('refuses a second request while the first runs, and keeps no refusal', async () => {
    const first = http.post('/things/slow', {}, { 'idempotency-key': 'k2' });
    const release = await slowRequestBegun();
    const second = await http.post('/things/slow', {}, { 'idempotency-key': 'k2' });
    expect(second.json).toMatchObject({ status: 409, code: 'idempotency-running' });
    release();
    expect((await first).status).toBe(201);
    expect(
      (await http.post('/things/slow', {}, { 'idempotency-key': 'k2' })).headers['idempotency-replayed'],
    ).toBe('true');
  });

  it('judges a refused request anew', async () => {
    expect((await http.post('/things', { name: '' }, { 'idempotency-key': 'k3' })).status).toBe(400);
    expect((await http.post('/things', good, { 'idempotency-key': 'k3' })).status).toBe(201);
  });

  it('refuses a malformed key', async () => {
    expect((await http.post('/things', good, { 'idempotency-key': 'a b' })).json).toMatchObject({
      code: 'idempotency-key',
    });
  });
});
