import { upcast, UPCASTERS, type Upcasters } from '@flightdeck/contracts';
import { type AdEventType, RECORDED_TYPE } from '@flightdeck/domain';
import { type LedgerEvent, partitionOf } from '../ledger-batch.js';
import type { AdFact } from './ad-fact.js';
import { FastReader } from './fast-reader.js';
import { MetadataReader } from './metadata-reader.js';
import { readParsed } from './read-parsed.js';

const TYPES: ReadonlyMap<string, AdEventType> = new Map(
  Object.entries(RECORDED_TYPE).map(([type, recorded]) => [recorded, type as AdEventType]),
);

/**
 * Reads recorded ad events into facts. Events as ingestion writes them take a fast way, all others JSON.parse; events of an
 * earlier shape are read as what they would be today.
 */
export class AdFactReader {
  private readonly fast = new FastReader();
  private readonly metadata = new MetadataReader();
  /** Neighbours mostly are of one stream. */
  private stream = '';
  private partition = 0;

  constructor(private readonly upcasters: Upcasters = UPCASTERS) {}

  /**
   * False for an event of a type or version that this release does not know.
   * @throws {SyntaxError | RangeError} when the event is not what its type says.
   */
  read(stored: LedgerEvent, fact: AdFact): boolean {
    const type = TYPES.get(stored.type);
    if (type === undefined) return this.readUpcast(stored, fact);
    const { stream, shared } = stored;
    if (stream !== this.stream) {
      this.partition = partitionOf(stream);
      this.stream = stream;
    }
    fact.partition = this.partition;
    fact.revision = stored.revision;
    fact.type = type;
    if (shared === undefined) this.readOwn(stored, fact);
    else {
      const { view, dataStart, dataEnd, metadataEnd } = shared;
      if (!this.fast.read(view, dataStart, dataEnd, fact)) readParsed(stored.data, fact);
      this.metadata.read(view, dataEnd, metadataEnd, fact);
    }
    return true;
  }

  private readOwn({ data, metadata }: LedgerEvent, fact: AdFact): void {
    if (!this.fast.read(viewOf(data), 0, data.length, fact)) readParsed(data, fact);
    this.metadata.read(viewOf(metadata), 0, metadata.length, fact);
  }

  private readUpcast(stored: LedgerEvent, fact: AdFact): boolean {
    const current = upcast(stored.type, stored.data, this.upcasters);
    if (current === undefined || !TYPES.has(current.type)) return false;
    const { id, metadata, stream, revision, recordedAtMs } = stored;
    return this.read({ id, metadata, stream, revision, recordedAtMs, ...current }, fact);
  }
}

function viewOf({ buffer, byteOffset, length }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, length);
}
