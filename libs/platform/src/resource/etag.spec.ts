import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestClient } from '../testing/test-app.js';
import { expectedState } from './etag.js';

let http: TestClient;
beforeAll(async () => {
  http = await startTestApp();
});
afterAll(() => http.app.close());

describe('preconditions', () => {
  it.each([
    [undefined, 428],
    ['"6"', 412],
    ['W/"7"', 412],
    ['"abc"', 412],
    ['"6", "7"', 400],
    ['"7"', 201],
    ['*', 201],
  ])('If-Match %s is answered %d', async (ifMatch, status) => {
    const answer = await http.post(
      '/things/1/change',
      {},
      ifMatch === undefined ? {} : { 'if-match': ifMatch },
    );
    expect(answer.status).toBe(status);
  });

  it('of what may be new are a revision, whatever there is, or nothing yet', async () => {
    expect([expectedState('"7"', undefined), expectedState('*', undefined)]).toEqual([7, 'any']);
    expect(expectedState(undefined, '*')).toBe('none');
    const put = (headers: Record<string, string>) =>
      fetch(`http://127.0.0.1:${http.port}/things/1`, {
        method: 'PUT',
        headers: { authorization: 'Bearer writer-token', ...headers },
      });
    expect((await put({ 'if-none-match': '*' })).status).toBe(412);
    expect((await put({ 'if-none-match': '"7"' })).status).toBe(400);
    expect((await put({ 'if-none-match': '*', 'if-match': '"7"' })).status).toBe(400);
    expect((await put({})).status).toBe(428);
    expect(await (await put({ 'if-match': '"7"' })).json()).toEqual({ expected: 7 });
  });
});
