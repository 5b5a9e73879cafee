import { writeUuid } from '@flightdeck/contracts';
import type { EventStore, StoredEvent } from '@flightdeck/event-store';
import { PAGE_EVENTS_MAX, readStream } from '../append/read-stream.js';
import { HASH_WORDS, ID_WORDS } from './id-table.js';

/** Ids and payload hashes of consecutive events. */
export interface IdPage {
  readonly ids: Uint32Array;
  readonly hashes: Uint32Array;
  readonly count: number;
  /** Revision of the first one. */
  readonly from: number;
}

const HASH_KEY = '"payloadHash":"';
const HASH_DIGITS = 16;

/** What the index needs of one ledger stream. */
export class LedgerReader {
  constructor(
    private readonly store: Pick<EventStore, 'read'>,
    readonly stream: string,
    private readonly pageEventsMax = PAGE_EVENTS_MAX,
  ) {}

  /** The event at a revision; undefined beyond the head. */
  async eventAt(revision: number): Promise<StoredEvent | undefined> {
    for await (const event of this.store.read(this.stream, revision, { direction: 'forwards', max: 1 })) {
      return event.revision === revision ? event : undefined;
    }
    return undefined;
  }

  /** The stream's last revision, −1 without any. */
  async head(): Promise<number> {
    for await (const event of this.store.read(this.stream, 'end', { direction: 'backwards', max: 1 }))
      return event.revision;
    return -1;
  }

  /** The first revision that arrived at or after `ms`: recorded times never decrease along a stream, so it is searched by halves. */
  async firstSince(ms: number): Promise<number> {
    let low = 0;
    let high = (await this.head()) + 1;
    while (low < high) {
      const middle = low === 0 ? 0 : Math.floor((low + high) / 2); // the first probe settles every young ledger
      const event = await this.eventAt(middle);
      if (event === undefined) throw new Error(`${this.stream} has lost revision ${middle}.`);
      if (event.recordedAtMs >= ms) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Ids from one revision to another (both inclusive), page by page. */
  async *pages(from: number, to?: number): AsyncGenerator<IdPage> {
    for await (const events of readStream(this.store, this.stream, from, to, this.pageEventsMax))
      yield pageOf(events, from);
  }
}

function pageOf(events: readonly StoredEvent[], fallback: number): IdPage {
  const ids = Buffer.from(new ArrayBuffer(events.length * ID_WORDS * 4));
  const hashes = Buffer.from(new ArrayBuffer(events.length * HASH_WORDS * 4));
  for (let i = 0; i < events.length; i++) {
    const event = events[i];
    if (event === undefined) continue;
    writeUuid(event.id, ids, i * 16);
    writePayloadHash(event.metadata, hashes, i * 8);
  }
  return {
    ids: new Uint32Array(ids.buffer),
    hashes: new Uint32Array(hashes.buffer),
    count: events.length,
    from: events[0]?.revision ?? fallback,
  };
}

/**
 * Finds the hash without parsing the metadata: within a JSON text, these bytes can only be that key, since a quote inside a
 * string is escaped. Metadata without one leaves zeros, so that the same id with any payload is a conflict: seen, not counted.
 */
function writePayloadHash(metadata: Uint8Array, target: Buffer, offset: number): void {
  const bytes = Buffer.from(metadata.buffer, metadata.byteOffset, metadata.byteLength);
  const at = bytes.indexOf(HASH_KEY, 0, 'latin1');
  if (at < 0) return;
  const start = at + HASH_KEY.length;
  target.write(bytes.toString('latin1', start, start + HASH_DIGITS), offset, HASH_DIGITS / 2, 'hex');
}
