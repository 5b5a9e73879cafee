import { afterEach, describe, expect, it } from '@jest/globals';
import { connect } from 'node:net';
import { startTestApp, type TestClient } from '../testing/test-app.js';

const BODY = '{"eventId":"e1","campaignId":"c1","exchange":"an exchange"}';
/** The whole body takes seconds, the server waits for a fraction of one. */
const BYTE_EVERY_MS = 50;
const IMPATIENT = { headersMs: 100, requestMs: 300, checkEveryMs: 50 };
/** Node's own meaning: never. */
const PATIENT = { headersMs: 0, requestMs: 0, checkEveryMs: 50 };

let http: TestClient | undefined;
afterEach(() => http?.app.close());

/** Sends text a byte at a time after `head`; what the server answered, or '' when it only hung up, and how much it was sent. */
function slowly(port: number, head: string, text: string): Promise<{ answer: string; sent: number }> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    let sent = 0;
    const timer = setInterval(() => {
      const byte = text[sent++];
      if (byte === undefined) clearInterval(timer);
      else socket.write(byte);
    }, BYTE_EVERY_MS);
    socket.on('data', (part) => {
      answer += part.toString();
      if (answer.includes('\r\n\r\n')) socket.end();
    });
    socket.on('error', () => undefined); // cut off in the middle of a write
    socket.on('close', () => {
      clearInterval(timer);
      resolve({ answer, sent });
    });
    socket.write(head);
  });
}

const LINE = 'POST /v1/raw HTTP/1.1\r\nHost: x\r\n';
const HEAD = `${LINE}Content-Type: application/json\r\nContent-Length: ${BODY.length}\r\n\r\n`;

describe('a client that sends its request a byte at a time', () => {
  it.each([
    ['body', HEAD, BODY],
    ['headers', LINE, `Content-Length: ${BODY.length}\r\n\r\n${BODY}`],
  ])('is cut off before the end of its %s', async (_, head, text) => {
    http = await startTestApp(IMPATIENT);
    const { answer, sent } = await slowly(http.port, head, text);
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(sent).toBeLessThan(text.length);
  });

  it('holds nobody else up', async () => {
    http = await startTestApp(PATIENT);
    const { port } = http;
    const slow = Array.from({ length: 50 }, () => slowly(port, HEAD, BODY));
    let isSlowDone = false;
    const done = Promise.all(slow).then(() => (isSlowDone = true));
    const answer = await http.post('/v1/raw', { quick: true });
    expect([answer.status, isSlowDone]).toEqual([201, false]);
    await http.app.close();
    await done;
    http = undefined;
  });

  it('would be noticed if it were let to go on (planted)', async () => {
    http = await startTestApp(PATIENT);
    const { answer, sent } = await slowly(http.port, HEAD, BODY);
    expect(answer).toMatch(/^HTTP\/1\.1 201 /);
    expect(sent).toBeGreaterThanOrEqual(BODY.length);
  });
});
