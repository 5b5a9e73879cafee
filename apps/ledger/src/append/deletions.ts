import { randomUUID } from 'node:crypto';
import type { Expected, NewEvent, ServableEventStore } from '@flightdeck/event-store';

const METADATA_TYPE = '$metadata';
const TOMBSTONE_TYPE = '$streamDeleted';
/** `$tb` of a stream that was deleted softly: everything so far is out of sight (EventStoreDB writes the largest 64-bit revision). */
const EVERYTHING = 9_223_372_036_854_775_807;

interface Mark {
  /** `$tb`: events before it are out of sight. */
  readonly truncateBefore: number;
  readonly isTombstoned: boolean;
}

const UNMARKED: Mark = { truncateBefore: 0, isTombstoned: false };

/** The stream that holds what is said of another. */
export function metadataStreamOf(stream: string): string {
  return `$$${stream}`;
}

/**
 * Deleted and truncated streams, for servers started to test clients with: a fold of the metadata streams, kept in memory. A
 * ledger has none of it, and nothing is erased here either: deleted events are out of sight when their stream is read.
 */
export class Deletions {
  private readonly marks = new Map<string, Mark>();

  private constructor(private readonly store: ServableEventStore) {}

  static async open(store: ServableEventStore): Promise<Deletions> {
    const deletions = new Deletions(store);
    const stop = new AbortController();
    for await (const { events, caughtUp } of store.follow({ prefix: '$$' }, 'start', stop.signal)) {
      for (const { stream, type, data } of events) deletions.note(stream, type, data);
      if (caughtUp) stop.abort();
    }
    return deletions;
  }

  isTombstoned(stream: string): boolean {
    return this.mark(stream).isTombstoned;
  }

  /** Revisions of the stream before this one are out of sight. */
  truncatedBefore(stream: string): number {
    return this.mark(stream).truncateBefore;
  }

  /** A stream that was deleted softly may be begun anew, and its revisions go on. */
  async expectedOn(stream: string, expected: Expected): Promise<Expected> {
    if (expected !== 'no-stream' || this.truncatedBefore(stream) < EVERYTHING) return expected;
    return (await this.headOf(stream)) ?? expected;
  }

  /** Follows what an append says of other streams, and brings a stream that begins anew in sight. */
  async appended(stream: string, events: readonly NewEvent[], revision: number): Promise<void> {
    for (const { type, data } of events) this.note(stream, type, data);
    if (this.truncatedBefore(stream) >= EVERYTHING) await this.truncate(stream, revision - events.length + 1);
  }

  /** Puts all events of a stream out of sight. @returns where that is written. */
  async delete(stream: string): Promise<number | undefined> {
    return this.truncate(stream, EVERYTHING);
  }

  /** Ends a stream for ever. @returns where that is written. */
  async tombstone(stream: string): Promise<number | undefined> {
    return this.write(stream, TOMBSTONE_TYPE, {});
  }

  async headOf(stream: string): Promise<number | undefined> {
    for await (const { revision } of this.store.read(stream, 'end', { direction: 'backwards', max: 1 }))
      return revision;
    return undefined;
  }

  private truncate(stream: string, before: number): Promise<number | undefined> {
    return this.write(stream, METADATA_TYPE, { $tb: before });
  }

  private async write(stream: string, type: string, data: object): Promise<number | undefined> {
    const event = {
      id: randomUUID(),
      type,
      data: Buffer.from(JSON.stringify(data)),
      metadata: new Uint8Array(),
    };
    const result = await this.store.appendPlaced(metadataStreamOf(stream), [event], 'any');
    this.note(metadataStreamOf(stream), type, event.data);
    return result.ok ? result.position : undefined;
  }

  private mark(stream: string): Mark {
    return this.marks.get(stream) ?? UNMARKED;
  }

  private note(metadataStream: string, type: string, data: Uint8Array): void {
    if (!metadataStream.startsWith('$$')) return;
    const stream = metadataStream.slice(2);
    const mark = this.mark(stream);
    if (type === TOMBSTONE_TYPE) this.marks.set(stream, { ...mark, isTombstoned: true });
    else if (type === METADATA_TYPE)
      this.marks.set(stream, { ...mark, truncateBefore: truncateBeforeIn(data) });
  }
}

/** Metadata are the client's; what is no number truncates nothing. */
function truncateBeforeIn(data: Uint8Array): number {
  try {
    const metadata: unknown = JSON.parse(Buffer.from(data).toString('utf8'));
    const before = typeof metadata === 'object' && metadata !== null && '$tb' in metadata ? metadata.$tb : 0;
    return typeof before === 'number' ? before : 0;
  } catch {
    return 0;
  }
}
