import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestClient } from '../testing/test-app.js';

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
});
