import { Catch, type RpcExceptionFilter } from '@nestjs/common';
import { BaseRpcContext, type CustomTransportStrategy, Server } from '@nestjs/microservices';
import { isObservable, lastValueFrom, type Observable, throwError } from 'rxjs';

/** An ordered stream of batches. Opened again after a failure, it resumes from wherever its reader has got to. */
export interface BatchSource<TBatch = unknown> {
  /** Matches the handlers' `@EventPattern<string>(pattern)`. */
  readonly pattern: string;
  /** Ends without an error once `signal` aborts. The next batch is asked for only when the handlers are done with the last. */
  open(signal: AbortSignal): AsyncIterable<TBatch>;
}

export interface LedgerTransportOptions {
  readonly sources: readonly BatchSource[];
  /** Told once a batch or a source has failed {@link ATTEMPTS_MAX} times in a row; its loop has ended, the process should too. */
  readonly onFatal: (error: unknown, pattern: string) => void;
  /** Told of each failure that is followed by another attempt. */
  readonly onRetry?: (error: unknown, pattern: string, attempt: number) => void;
}

/** Tries of one batch (or of opening one source) before it is fatal. */
export const ATTEMPTS_MAX = 5;
const BACKOFF_FIRST_MS = 20;
const BACKOFF_MAX_MS = 2_000;

/** What a handler gets beside its batch, with `@Ctx()`. */
export class BatchContext extends BaseRpcContext<[pattern: string]> {
  get pattern(): string {
    return this.args[0];
  }
}

/**
 * Hands batches to `@EventPattern` handlers: one loop per source, in order, each batch acknowledged (that is, the next one
 * asked for) after its handlers have resolved. That is also the back-pressure. A failed batch is tried again, so handlers
 * must bear seeing it twice. Controllers need {@link RethrowFilter}, or Nest's default filter hides what went wrong.
 */
export class LedgerTransport extends Server implements CustomTransportStrategy {
  override readonly propagatesEventHandlerErrors = true;
  private readonly closing = new AbortController();
  private loops: Promise<void>[] = [];

  constructor(private readonly options: LedgerTransportOptions) {
    super();
  }

  listen(callback: (error?: Error) => void): void {
    const unhandled = this.options.sources.find(
      (source) => this.getHandlerByPattern(source.pattern) === null,
    );
    if (unhandled !== undefined) {
      callback(new Error(`No @EventPattern handler for '${unhandled.pattern}'.`));
      return;
    }
    this.loops = this.options.sources.map((source) => this.run(source));
    callback();
  }

  /** Stops asking for batches and waits for those in hand. */
  async close(): Promise<void> {
    this.closing.abort();
    await Promise.all(this.loops);
  }

  on(): never {
    throw new Error('LedgerTransport emits no events.');
  }

  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the signature is Nest's
  unwrap<T>(): T {
    return this.options.sources as T;
  }

  private async run(source: BatchSource): Promise<void> {
    try {
      await this.attempts(source.pattern, async (succeeded) => {
        for await (const batch of source.open(this.closing.signal)) {
          await this.handle(source.pattern, batch);
          succeeded();
          if (this.closing.signal.aborted) return;
        }
      });
    } catch (error) {
      this.options.onFatal(error instanceof HandlerFailed ? error.cause : error, source.pattern);
    }
  }

  private async handle(pattern: string, batch: unknown): Promise<void> {
    // Nest chains several handlers of one pattern behind the head, which runs them all: calling `next` would run them twice.
    const handler = this.getHandlerByPattern(pattern);
    if (handler === null) throw new Error(`No @EventPattern handler for '${pattern}'.`);
    try {
      await this.attempts(pattern, async () => {
        const result: unknown = await handler(batch, new BatchContext([pattern]));
        if (isObservable(result)) await lastValueFrom(result, { defaultValue: undefined });
      });
    } catch (error) {
      throw new HandlerFailed(error);
    }
  }

  private async attempts(pattern: string, work: (succeeded: () => void) => Promise<void>): Promise<void> {
    let failures = 0;
    for (;;) {
      try {
        await work(() => (failures = 0));
        return;
      } catch (error) {
        failures += 1;
        if (error instanceof HandlerFailed || failures >= ATTEMPTS_MAX) throw error;
        this.options.onRetry?.(error, pattern, failures);
        // A batch that failed while closing stays unacknowledged: the next start sees it again.
        if (this.closing.signal.aborted) return;
        await pause(Math.min(BACKOFF_FIRST_MS * 2 ** (failures - 1), BACKOFF_MAX_MS), this.closing.signal);
      }
    }
  }
}

/** The handler has used up its own attempts: the source's loop must not begin another series. */
class HandlerFailed extends Error {
  override readonly name = 'HandlerFailed';
  constructor(cause: unknown) {
    super('A handler failed.', { cause });
  }
}

/** Gives the transport the handler's own error. Nest's default RPC filter logs it and answers "Internal server error". */
@Catch()
export class RethrowFilter implements RpcExceptionFilter {
  catch(exception: unknown): Observable<never> {
    return throwError(() => exception);
  }
}

/** Resolves after `ms`, or as soon as `signal` aborts. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
