import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { sendProblem } from './problem-filter.js';
import { startTestApp, type TestClient } from '../testing/test-app.js';

let http: TestClient;
beforeAll(async () => {
  http = await startTestApp();
});
afterAll(() => http.app.close());

describe('problem documents', () => {
  it('answers an unknown route with 404', async () => {
    const answer = await http.get('/nowhere?token=secret');
    expect(answer.status).toBe(404);
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(answer.json).toMatchObject({
      type: 'about:blank',
      status: 404,
      code: 'not-found',
      instance: '/nowhere',
    });
  });

  it('points at each mistake of a body', async () => {
    const answer = await http.post('/things', { name: '', inner: { count: 1.5, more: 1 } });
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({ code: 'validation' });
    const { errors } = answer.json as { errors: { pointer: string }[] };
    const pointers = errors.map((error) => error.pointer);
    expect(pointers.sort()).toEqual(['/inner', '/inner/count', '/name']);
  });

  it('points at a wrong query parameter', async () => {
    const answer = await http.get('/things/query?n=x');
    expect(answer.json).toMatchObject({ status: 400, errors: [{ pointer: '/n' }] });
  });

  it('says nothing of the inside when something breaks', async () => {
    const answer = await http.get('/things/fail/unknown');
    expect(answer.status).toBe(500);
    expect(answer.body).not.toContain('hunter2');
    expect(answer.json).toMatchObject({
      code: 'internal',
      correlationId: answer.headers['x-correlation-id'],
    });
  });

  it('keeps the status of a framework exception', async () => {
    const answer = await http.get('/things/fail/http');
    expect(answer.json).toMatchObject({ status: 418, code: 'bad-request', detail: 'the teapot' });
  });

  it('answers a malformed URL with a problem too', async () => {
    const answer = await http.get('/things/fail/%E0%A4%A');
    expect(answer.status).toBe(400);
    expect(answer.headers['content-type']).toContain('application/problem+json');
  });
});

describe('what is logged of a failure', () => {
  const reply = { sent: true, raw: { headersSent: true } } as unknown as FastifyReply;

  /** The level at which an exception was told, with the caller there or gone. */
  function levelOf(exception: unknown, isGone: boolean): string[] {
    const told: string[] = [];
    const logger = { error: () => told.push('error'), debug: () => told.push('debug') };
    const request = { method: 'GET', url: '/v1/things', raw: { socket: { destroyed: isGone } } };
    sendProblem(exception, request as unknown as FastifyRequest, reply, logger as unknown as Logger);
    return told;
  }

  it('is no error when a caller went away and the work was stopped for it', () => {
    const stopped = new DOMException('This operation was aborted', 'AbortError');
    expect(levelOf(stopped, true)).toEqual(['debug']);
    expect(levelOf(stopped, false)).toEqual(['error']);
    expect(levelOf(new Error('The disk is full.'), true)).toEqual(['error']);
  });
});
