import { type AdEventType, RECORDED_TYPE } from '@flightdeck/domain';
import { type LedgerEvent, partitionOf } from '../ledger-batch.js';
import type { AdFact } from './ad-fact.js';
import { FastReader } from './fast-reader.js';
import { MetadataReader } from './metadata-reader.js';
import { readParsed } from './read-parsed.js';

const TYPES: ReadonlyMap<string, AdEventType> = new Map(
  Object.entries(RECORDED_TYPE).map(([type, recorded]) => [recorded, type as AdEventType]),
);

/** Reads recorded ad events into facts. Events as ingestion writes them take a fast way, all others JSON.parse. */
export class AdFactReader {
  private readonly fast = new FastReader();
  private readonly metadata = new MetadataReader();

  /** @throws {SyntaxError | RangeError} when the ledger holds what is no ad event. */
  read(stored: LedgerEvent, fact: AdFact): void {
    const type = TYPES.get(stored.type);
    if (type === undefined) throw new RangeError(`'${stored.type}' is no ad event.`);
    fact.partition = partitionOf(stored.stream);
    fact.revision = stored.revision;
    fact.type = type;
    if (!this.fast.read(stored.data, fact)) readParsed(stored.data, fact);
    this.metadata.read(stored.metadata, fact);
  }
}
