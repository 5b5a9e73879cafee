import { decodeJson, type AdEventMetadata } from '@flightdeck/contracts';
import type { RefusedRecord } from '../prepared-events.js';
import type { Conflict } from '../writer/stream-writer.js';

/** An event whose id is known with another payload, as a refused record: what its producer said, without what enrichment added. */
export function conflictRecord(partition: number, { id, data, metadata }: Conflict): RefusedRecord {
  const event = { ...decodeJson<Record<string, unknown>>(data), enriched: undefined }; // JSON leaves undefined out
  const { source, position, receivedAt } = decodeJson<AdEventMetadata>(metadata);
  return {
    partition,
    reason: 'id-conflict',
    detail: `An event with this eventId and another payload is already in the ledger as ${id}.`,
    bytes: Buffer.from(JSON.stringify(event), 'utf8'),
    source,
    ...(position === undefined ? {} : { position }),
    receivedAt,
  };
}
