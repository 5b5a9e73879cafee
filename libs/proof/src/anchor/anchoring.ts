import type { Anchor, AnchoredCheckpoint } from './anchor.js';

/** Checkpoints are kept outside at most this often, and once more at the end. */
export const ANCHOR_EVERY_MS = 60_000;

export interface AnchoringOptions {
  readonly everyMs?: number;
  /** Milliseconds of a clock that only goes forward. */
  readonly monotonicMs: () => number;
  /** Told of each try that failed; the next checkpoint is tried again. */
  readonly onFailure: (error: unknown, anchor: string) => void;
}

/** Gives the newest checkpoint to every anchor now and then. An anchor that fails holds neither the others nor the log up. */
export class Anchoring {
  private offeredAt = -Infinity;
  private newest: AnchoredCheckpoint | undefined;
  private putting: Promise<void> = Promise.resolve();

  constructor(
    private readonly anchors: readonly Anchor[],
    private readonly options: AnchoringOptions,
  ) {}

  /** Takes note of a checkpoint that is durable here. */
  offer(checkpoint: AnchoredCheckpoint): void {
    this.newest = checkpoint;
    const { everyMs = ANCHOR_EVERY_MS, monotonicMs } = this.options;
    const nowMs = monotonicMs();
    if (nowMs - this.offeredAt < everyMs) return;
    this.offeredAt = nowMs;
    this.put();
  }

  /** Keeps the last checkpoint outside too. */
  async close(): Promise<void> {
    this.put();
    await this.putting;
  }

  private put(): void {
    const { newest } = this;
    if (newest === undefined) return;
    this.newest = undefined;
    this.putting = this.putting.then(async () => {
      await Promise.all(this.anchors.map((anchor) => this.putInto(anchor, newest)));
    });
  }

  private async putInto(anchor: Anchor, checkpoint: AnchoredCheckpoint): Promise<void> {
    try {
      await anchor.put(checkpoint);
    } catch (error) {
      this.options.onFailure(error, anchor.name);
    }
  }
}
