import type { ReadModelChange } from './read-models.js';

interface Reader {
  readonly campaignIds: Set<string>;
  checkpoint: string;
  wake: (() => void) | undefined;
}

/** Tells readers which campaigns changed. What a slow reader has not taken coalesces: it holds at most one id per campaign. */
export class ChangeFeed {
  private readonly readers = new Set<Reader>();

  /** Nobody listens, so nothing needs to be told. */
  get isIdle(): boolean {
    return this.readers.size === 0;
  }

  publish(campaignIds: Iterable<string>, checkpoint: string): void {
    for (const reader of this.readers) {
      for (const campaignId of campaignIds) reader.campaignIds.add(campaignId);
      reader.checkpoint = checkpoint;
      reader.wake?.();
    }
  }

  /** Changes from this call on (not from the first `next`), until `signal` aborts. */
  changes(signal: AbortSignal): AsyncIterable<ReadModelChange> {
    const reader: Reader = { campaignIds: new Set(), checkpoint: '', wake: undefined };
    this.readers.add(reader);
    const stop = (): void => {
      this.readers.delete(reader);
      reader.wake?.();
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    return this.take(reader, signal, stop);
  }

  private async *take(reader: Reader, signal: AbortSignal, stop: () => void): AsyncIterable<ReadModelChange> {
    try {
      while (!signal.aborted) {
        if (reader.campaignIds.size === 0) {
          await new Promise<void>((resolve) => (reader.wake = resolve));
          reader.wake = undefined;
          continue;
        }
        const campaignIds = [...reader.campaignIds];
        reader.campaignIds.clear();
        yield { checkpoint: reader.checkpoint, campaignIds };
      }
    } finally {
      signal.removeEventListener('abort', stop);
      stop();
    }
  }
}
