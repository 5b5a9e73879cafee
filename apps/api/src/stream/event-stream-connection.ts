import type { FastifyReply } from 'fastify';
import type { ServerResponse } from 'node:http';

/** A client that takes nothing for so long is told to come back, and let go. */
export const DRAIN_TIMEOUT_MS = 10_000;
/** How long the last words may take. */
const LAST_WORDS_MS = 1_000;

/**
 * One client of the event stream (WHATWG HTML, server-sent events). A write waits until the socket takes it, so what is
 * buffered for a client is bounded by one frame per writer.
 */
export class EventStreamConnection {
  private readonly closing = new AbortController();
  private readonly response: ServerResponse;

  constructor(
    reply: FastifyReply,
    private readonly drainTimeoutMs = DRAIN_TIMEOUT_MS,
  ) {
    const headers = reply.getHeaders();
    reply.hijack();
    this.response = reply.raw;
    this.response.on('close', () => this.closing.abort());
    this.response.on('error', () => this.closing.abort());
    this.response.socket?.setNoDelay(true);
    this.response.socket?.setTimeout(0);
    this.response.writeHead(200, {
      ...(headers as Record<string, string>),
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    });
    this.response.flushHeaders();
  }

  /** Aborts when the client is gone, by its will or ours. */
  get signal(): AbortSignal {
    return this.closing.signal;
  }

  /** Resolves once the client can take more; does nothing once it is gone. */
  async write(frame: string): Promise<void> {
    if (this.signal.aborted || this.response.write(frame)) return;
    if (!(await this.drained())) this.overflow('The client reads too slowly.');
  }

  comment(text: string): Promise<void> {
    return this.write(`: ${text}\n\n`);
  }

  /** Tells the client to come back with its last id, and lets it go. */
  overflow(why: string): void {
    if (this.signal.aborted) return;
    this.end(`event: overflow\ndata: ${JSON.stringify({ detail: why })}\n\n`);
  }

  /** Lets the client go; it comes back with its last id when it wants to. */
  close(): void {
    if (!this.signal.aborted) this.end(': bye\n\n');
  }

  private end(lastWords: string): void {
    this.closing.abort();
    this.response.end(lastWords);
    const timer = setTimeout(() => this.response.destroy(), LAST_WORDS_MS);
    timer.unref();
    this.response.on('close', () => clearTimeout(timer));
  }

  private drained(): Promise<boolean> {
    return new Promise((resolve) => {
      const finish = (isDrained: boolean) => (): void => {
        clearTimeout(timer);
        this.response.off('drain', onDrain);
        this.signal.removeEventListener('abort', onGone);
        resolve(isDrained);
      };
      const onDrain = finish(true);
      const onGone = finish(true);
      const timer = setTimeout(finish(false), this.drainTimeoutMs);
      this.response.once('drain', onDrain);
      this.signal.addEventListener('abort', onGone);
    });
  }
}
