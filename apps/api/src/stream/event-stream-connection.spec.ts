import { afterEach, describe, expect, it } from '@jest/globals';
import { fastify, type FastifyInstance } from 'fastify';
import { connect, type Socket } from 'node:net';
import { EventStreamConnection } from './event-stream-connection.js';

const FRAME = `event: big\ndata: ${'x'.repeat(256 * 1024)}\n\n`;
const FRAMES_MAX = 1_000;
const IMPATIENT_MS = 50;

let server: FastifyInstance;
let socket: Socket;
afterEach(async () => {
  socket.destroy();
  await server.close();
});

/** A server that waits so long for its client, and the connection of one client to it. */
async function open(patienceMs?: number): Promise<EventStreamConnection> {
  server = fastify({ forceCloseConnections: true });
  const connected = new Promise<EventStreamConnection>((resolve) => {
    server.get('/', (_, reply) => resolve(new EventStreamConnection(reply, patienceMs)));
  });
  await server.listen({ port: 0, host: '127.0.0.1' });
  socket = connect((server.server.address() as { port: number }).port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  return connected;
}

/** Writes until the client is let go; answers how many frames that took. */
async function writeAll(connection: EventStreamConnection): Promise<number> {
  let written = 0;
  while (!connection.signal.aborted && written < FRAMES_MAX) {
    await connection.write(FRAME);
    written++;
  }
  return written;
}

describe('a client of the event stream', () => {
  it('that reads nothing is told to come back, and let go long before memory fills', async () => {
    const connection = await open(IMPATIENT_MS);
    expect(await writeAll(connection)).toBeLessThan(FRAMES_MAX);
    const told = new Promise<string>((resolve) => {
      let tail = '';
      socket.on('data', (part) => {
        tail = (tail + part.toString()).slice(-1_000);
        if (tail.includes('overflow')) resolve(tail);
      });
      socket.on('close', () => resolve(tail));
    });
    expect(await told).toContain('event: overflow');
  });

  it('that reads is told everything', async () => {
    const connection = await open();
    let bytes = 0;
    socket.on('data', (part) => (bytes += part.length));
    expect(await writeAll(connection)).toBe(FRAMES_MAX);
    while (bytes < FRAMES_MAX * FRAME.length) await new Promise((resolve) => setImmediate(resolve));
  });

  it('that leaves costs nothing more', async () => {
    const connection = await open();
    const left = new Promise((resolve) => connection.signal.addEventListener('abort', resolve));
    socket.destroy();
    await left;
    expect(await writeAll(connection)).toBe(0);
  });
});
