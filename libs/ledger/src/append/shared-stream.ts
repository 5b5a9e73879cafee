import type { EventStore, NewEvent, Revision } from '@flightdeck/event-store';
import { appendSurely } from './append-surely.js';

/** How often events are tried at a new head after another process wrote first. */
const RACES_MAX = 20;

/** Appends to a stream that other processes write to as well. One append at a time. */
export class SharedStream {
  private head: Revision | 'no-stream' | undefined;

  constructor(
    private readonly store: EventStore,
    private readonly stream: string,
  ) {}

  /** Resolves once the events are durable. @throws when they are not known to be. */
  async append(events: readonly NewEvent[]): Promise<void> {
    try {
      for (let race = 1; race <= RACES_MAX; race++) {
        this.head ??= await this.readHead();
        const result = await appendSurely(this.store, this.stream, events, this.head);
        this.head = result.ok ? result.revision : result.actual;
        if (result.ok) return;
      }
    } catch (fault) {
      this.head = undefined;
      throw fault;
    }
    throw new Error(`Other processes wrote to ${this.stream} first, ${RACES_MAX} times.`);
  }

  private async readHead(): Promise<Revision | 'no-stream'> {
    for await (const last of this.store.read(this.stream, 'end', { direction: 'backwards', max: 1 }))
      return last.revision;
    return 'no-stream';
  }
}
