import { decodeJson, encodeJson } from '@flightdeck/contracts';
import type { Checkpoint, EventStore, Revision } from '@flightdeck/event-store';
import { randomUUID } from 'node:crypto';

/**
 * A stream of its own, outside the prefixes that anybody follows. In the ledger rather than in a file, because then it is there
 * for whichever host takes over, and comes and goes with the very store that its checkpoints belong to.
 */
const CHECKPOINT_STREAM = 'checkpoint-rules-outbox';

/** Where a dispatcher begins after a restart. A checkpoint that is too old only costs reading; one is written every few minutes. */
export class Checkpoints {
  private head: Revision | 'no-stream' = 'no-stream';
  private last: Checkpoint = 'start';

  constructor(
    private readonly store: EventStore,
    private readonly stream = CHECKPOINT_STREAM,
  ) {}

  /** The last one saved that this store can have given, or `start`. */
  async load(): Promise<Checkpoint> {
    for await (const stored of this.store.read(this.stream, 'end', {
      direction: 'backwards',
      max: 1,
    })) {
      const { checkpoint } = decodeJson<{ readonly checkpoint: Checkpoint }>(stored.data);
      this.head = stored.revision;
      this.last = (await this.isOfStore(checkpoint)) ? checkpoint : 'start';
    }
    return this.last;
  }

  /** A ledger that was embedded may be served now, or the other way round: its places are told in other words then. */
  private async isOfStore(checkpoint: Checkpoint): Promise<boolean> {
    const looked = this.store.follow({ stream: CHECKPOINT_STREAM }, checkpoint, AbortSignal.abort());
    try {
      await looked[Symbol.asyncIterator]().next();
      return true;
    } catch (error) {
      if (error instanceof TypeError) return false;
      throw error;
    }
  }

  /** Saves it unless it was the last one. After a lost race to another process, that one's is as good and nothing is written. */
  async save(checkpoint: Checkpoint): Promise<void> {
    if (checkpoint === this.last || checkpoint === 'start') return;
    const event = {
      id: randomUUID(),
      type: 'CheckpointReached',
      data: encodeJson({ checkpoint }),
      metadata: encodeJson({}),
    };
    const appended = await this.store.append(this.stream, [event], this.head);
    if (!appended.ok) {
      await this.load();
      return;
    }
    this.head = appended.revision;
    this.last = checkpoint;
  }
}
