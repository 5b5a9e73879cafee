import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get } from '@nestjs/common';
import { good, startTestApp, testApp, type TestClient } from '../testing/test-app.js';
import { UndeclaredAccess } from './assert-access-declared.js';

let http: TestClient;
beforeAll(async () => {
  http = await startTestApp();
});
afterAll(() => http.app.close());

describe('access', () => {
  it('challenges a request without a token', async () => {
    const answer = await http.get('/things/guarded');
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="flightdeck"');
  });

  it.each(['Bearer wrong', 'Basic writer-token', 'Bearer', `Bearer ${'x'.repeat(5000)}`])(
    'refuses the header %#',
    async (authorization) => {
      const answer = await http.post('/things', good, { authorization });
      expect(answer.status).toBe(401);
      expect(answer.headers['www-authenticate']).toContain('invalid_token');
    },
  );

  it('forbids what the role does not grant', async () => {
    const answer = await http.post('/things', good, { authorization: 'Bearer reader-token' });
    expect(answer.json).toMatchObject({ status: 403, code: 'forbidden', permission: 'things:write' });
  });

  it('does not start with a route that declares neither', async () => {
    @Controller('planted')
    class Planted {
      @Get('open')
      open(): string {
        return 'anybody reads this';
      }
    }
    const starting = testApp([Planted]);
    await expect(starting).rejects.toThrow(UndeclaredAccess);
    await expect(starting).rejects.toThrow('Planted.open');
  });
});
