import { type CustomTransportStrategy, Server } from '@nestjs/microservices';
import type { RecordBatch, RecordSource } from '@flightdeck/sources';
import { isObservable, lastValueFrom } from 'rxjs';

/** The pattern of the handler that takes a source's batches. */
export const RECORDS = 'records';

export interface KinesisTransportOptions {
  readonly source: RecordSource & { close(): void };
  /** The source or the handler has failed for good; the process should end, and a restart begins where the checkpoints are. */
  readonly onFatal: (error: unknown, pattern: string) => void;
}

/**
 * Brings a stream's records to the `@EventPattern('records')` handler: the shards side by side, each in its order, the next batch
 * of a shard after the handler has resolved, which is when the last one is checkpointed. A batch can come twice.
 */
export class KinesisTransport extends Server implements CustomTransportStrategy {
  override readonly propagatesEventHandlerErrors = true;
  private readonly closing = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly options: KinesisTransportOptions) {
    super();
  }

  listen(callback: (error?: Error) => void): void {
    if (this.getHandlerByPattern(RECORDS) === null) {
      callback(new Error(`No @EventPattern handler for '${RECORDS}'.`));
      return;
    }
    const { source, onFatal } = this.options;
    this.running = source
      .run((batch) => this.handle(batch), this.closing.signal)
      .catch((error: unknown) => onFatal(error, source.name));
    callback();
  }

  /** Finishes what is in hand, checkpoints it, and lets the leases go. */
  async close(): Promise<void> {
    this.closing.abort();
    await this.running;
    this.options.source.close();
  }

  on(): never {
    throw new Error('KinesisTransport emits no events.');
  }

  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the signature is Nest's
  unwrap<T>(): T {
    return this.options.source as T;
  }

  private async handle(batch: RecordBatch): Promise<void> {
    const handler = this.getHandlerByPattern(RECORDS);
    if (handler === null) throw new Error(`No @EventPattern handler for '${RECORDS}'.`);
    const result: unknown = await handler(batch);
    if (isObservable(result)) await lastValueFrom(result, { defaultValue: undefined });
  }
}
