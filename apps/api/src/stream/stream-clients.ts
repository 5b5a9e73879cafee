import { ProblemException } from '@flightdeck/platform';
import type { EventStreamConnection } from './event-stream-connection.js';

/** Each costs a socket, a follow and at most its write buffer. */
export const STREAM_CLIENTS_MAX = 256;

/** Who is connected to the event stream. */
export class StreamClients {
  private readonly open = new Set<EventStreamConnection>();

  constructor(readonly max: number = STREAM_CLIENTS_MAX) {}

  get count(): number {
    return this.open.size;
  }

  /** @throws {ProblemException} 503 when there are as many as there may be. */
  assertRoom(): void {
    if (this.open.size < this.max) return;
    throw new ProblemException(503, 'stream-full', `There are ${this.max} clients already.`, {
      headers: { 'retry-after': '5' },
    });
  }

  add(connection: EventStreamConnection): void {
    this.open.add(connection);
    connection.signal.addEventListener('abort', () => this.open.delete(connection));
  }

  closeAll(): void {
    for (const connection of this.open) connection.close();
  }
}
