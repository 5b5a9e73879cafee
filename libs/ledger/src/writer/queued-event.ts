import { uuidText } from '@flightdeck/contracts';
import type { EventBytes, NewEvent } from '@flightdeck/event-store';
import type { Queued } from './queued.js';

const ID_BYTES = 16;

/**
 * One event of a queued batch, as the store takes it. It lives until its append is durable, so it is nothing but a place in the
 * batch: text and views are made where they are asked for.
 */
export class QueuedEvent implements NewEvent, EventBytes {
  constructor(
    private readonly queued: Queued,
    private readonly index: number,
    readonly type: string,
  ) {}

  get bytes(): EventBytes {
    return this;
  }

  get id(): string {
    return uuidText(this.queued.events.ids, this.index * ID_BYTES);
  }

  get data(): Uint8Array {
    return this.queued.data(this.index);
  }

  get metadata(): Uint8Array {
    return this.queued.metadata(this.index);
  }

  get dataLength(): number {
    return this.queued.length(2 * this.index);
  }

  get metadataLength(): number {
    return this.queued.length(2 * this.index + 1);
  }

  writeId(target: Uint8Array, offset: number): void {
    const { ids } = this.queued.events;
    const at = this.index * ID_BYTES;
    for (let i = 0; i < ID_BYTES; i++) target[offset + i] = ids[at + i] ?? 0;
  }

  writeBody(target: Uint8Array, offset: number): void {
    target.set(this.queued.body(this.index), offset);
  }
}
