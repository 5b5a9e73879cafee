import type { NewEvent } from '@flightdeck/event-store';
import { uuidText } from '@flightdeck/contracts';
import type { Queued } from './queued.js';

/** One event of a queued batch, as the store takes it. Its id becomes text only when that is asked for. */
export class QueuedEvent implements NewEvent {
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;

  constructor(
    private readonly queued: Queued,
    private readonly index: number,
    readonly type: string,
  ) {
    this.data = queued.data(index);
    this.metadata = queued.metadata(index);
  }

  get id(): string {
    return uuidText(this.queued.events.ids, this.index * 16);
  }

  writeId(target: Uint8Array, offset: number): void {
    const { ids } = this.queued.events;
    const at = this.index * 16;
    for (let i = 0; i < 16; i++) target[offset + i] = ids[at + i] ?? 0;
  }
}
