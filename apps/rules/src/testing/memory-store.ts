import type { AppendResult, EventStore, Expected, NewEvent, StoredEvent } from '@flightdeck/event-store';

/** A store of streams in memory, as much of one as desks use; what is appended is told to `onAppend`. */
export class MemoryStore implements EventStore {
  /** The next append is written, and its answer lost. */
  losesNextAnswer = false;
  private readonly streams = new Map<string, StoredEvent[]>();

  constructor(private readonly onAppend: (stored: StoredEvent) => void) {}

  async append(stream: string, events: readonly NewEvent[], expected: Expected): Promise<AppendResult> {
    const kept = this.streams.get(stream) ?? [];
    const actual = kept.length === 0 ? 'no-stream' : kept.length - 1;
    const from = expected === 'no-stream' ? 0 : Number(expected) + 1;
    if (actual !== expected) {
      const stands = events.every(({ id }, i) => kept[from + i]?.id === id);
      return stands
        ? { ok: true, revision: from + events.length - 1, repeated: true }
        : { ok: false, actual };
    }
    for (const event of events) {
      const stored = { ...event, stream, revision: kept.length, recordedAtMs: 0 };
      kept.push(stored);
      this.onAppend(stored);
    }
    this.streams.set(stream, kept);
    if (this.losesNextAnswer) {
      this.losesNextAnswer = false;
      throw new Error('The answer was lost.');
    }
    return { ok: true, revision: kept.length - 1 };
  }

  async *read(stream: string, from: number | 'start' | 'end'): AsyncIterable<StoredEvent> {
    for (const stored of (this.streams.get(stream) ?? []).slice(typeof from === 'number' ? from : 0))
      yield stored;
  }

  follow(): never {
    throw new Error('Nobody follows it.');
  }

  async close(): Promise<void> {
    return;
  }
}
