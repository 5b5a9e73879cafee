import type { QuarantineReason } from '@flightdeck/domain';

/**
 * One partition's share of a request: validated, enriched, serialised ad events, packed so that they cross a thread without
 * a copy. Event i has its stored id in `ids[16i..]`, the hash of the producer's payload in `payloadHashes[8i..]`, its data in
 * `bodies[offsets[2i]..offsets[2i+1]]` and its metadata in `bodies[offsets[2i+1]..offsets[2i+2]]`.
 */
export interface PreparedEvents {
  readonly partition: number;
  readonly count: number;
  /** UUIDv5 of the ad event id, 16 bytes each. */
  readonly ids: Uint8Array;
  /** First 8 bytes of SHA-1 over the canonical payload (what the producer said, not what enrichment added). */
  readonly payloadHashes: Uint8Array;
  /** Index into {@link AD_EVENT_TYPES}. */
  readonly types: Uint8Array;
  /** UTF-8 JSON texts. */
  readonly bodies: Uint8Array;
  /** 2·count + 1 offsets into `bodies`. */
  readonly offsets: Uint32Array;
  /** Place of each event in its request, for per-event results. */
  readonly ordinals: Uint32Array;
}

/** What became of each event, by its index in the batch. */
export const OUTCOME = { accepted: 0, duplicate: 1, conflict: 2 } as const;

export interface PartitionOutcome {
  readonly accepted: number;
  readonly duplicates: number;
  readonly conflicts: number;
  /** One {@link OUTCOME} per event. */
  readonly outcomes: Uint8Array;
}

/** A record on its way to quarantine. */
export interface RefusedRecord {
  readonly partition: number;
  readonly reason: QuarantineReason;
  /** One sentence: what is wrong and where. */
  readonly detail: string;
  /** The record as it came; more than 64 KiB is cut and marked. */
  readonly bytes: Uint8Array;
  readonly source: string;
  readonly position?: string;
  readonly receivedAt: string;
}
