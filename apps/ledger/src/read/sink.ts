import type { ServerWritableStream } from '@grpc/grpc-js';
import type { ReadReq, ReadResp } from '../adapters/protocol.js';

export type ReadCall = ServerWritableStream<ReadReq, ReadResp>;

/** Answers of one read. A client that is slower than the ledger is waited for, so that nothing piles up for it. */
export class Sink {
  private readonly aborter = new AbortController();
  private wake: (() => void) | undefined;

  constructor(private readonly call: ReadCall) {
    const stop = (): void => {
      this.aborter.abort();
      this.wake?.();
    };
    call.on('cancelled', stop);
    call.on('close', stop);
    call.on('error', stop);
    call.on('drain', () => this.wake?.());
    if (call.cancelled) stop();
  }

  /** Aborts when the client has gone. */
  get signal(): AbortSignal {
    return this.aborter.signal;
  }

  /** Sends an answer; resolves when the client has room for another. Undefined when it has now. */
  send(answer: ReadResp): Promise<void> | undefined {
    if (this.signal.aborted || this.call.write(answer)) return undefined;
    return new Promise((resolve) => {
      this.wake = () => {
        this.wake = undefined;
        resolve();
      };
    });
  }
}
