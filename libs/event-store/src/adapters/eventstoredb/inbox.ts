import type { ReadResp, ReadStream } from './protocol.js';

/** Answers that wait; above, the connection is not read from, and the server waits. */
const WAITING_MAX = 2_000;

/** What a subscription has sent and nobody has taken yet. */
export class Inbox {
  private answers: ReadResp[] = [];
  private ended: { readonly error: unknown } | undefined;
  private wake: (() => void) | undefined;

  constructor(private readonly stream: ReadStream) {
    stream.on('data', (answer: ReadResp) => {
      this.answers.push(answer);
      if (this.answers.length >= WAITING_MAX) stream.pause();
      this.wake?.();
    });
    stream.on('error', (error) => this.end(error));
    stream.on('end', () => this.end(new Error('The server ended the subscription.')));
  }

  get isEmpty(): boolean {
    return this.answers.length === 0;
  }

  /** All that has come, at least one answer; none once `signal` aborts. @throws what ended the subscription, after all before it was taken. */
  async take(signal: AbortSignal): Promise<readonly ReadResp[]> {
    while (this.answers.length === 0 && !signal.aborted) {
      if (this.ended !== undefined) throw this.ended.error;
      await this.wait(signal);
      // What the same packet brought is still being unpacked.
      await new Promise((resolve) => setImmediate(resolve));
    }
    const taken = this.answers;
    this.answers = [];
    if (taken.length >= WAITING_MAX) this.stream.resume();
    return taken;
  }

  private wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.wake = undefined;
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.wake = wake;
      signal.addEventListener('abort', wake);
    });
  }

  private end(error: unknown): void {
    this.ended ??= { error };
    this.wake?.();
  }
}
