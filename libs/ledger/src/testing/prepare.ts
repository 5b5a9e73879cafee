import { createHash } from 'node:crypto';
import { AD_EVENT_TYPES, type AdEventType } from '@flightdeck/domain';
import { writeAdEventStoreId } from '../identity.js';
import type { PreparedEvents } from '../prepared-events.js';

/** An ad event as specs write it. */
export interface Sent {
  readonly eventId: string;
  /** What tells two payloads of one id apart. */
  readonly payload?: string;
  readonly type?: AdEventType;
}

/** Packs events for a partition as ingestion does. */
export function prepare(partition: number, events: readonly Sent[]): PreparedEvents {
  const count = events.length;
  const ids = new Uint8Array(16 * count);
  const payloadHashes = new Uint8Array(8 * count);
  const offsets = new Uint32Array(2 * count + 1);
  const parts: Buffer[] = [];
  let length = 0;
  events.forEach((event, i) => {
    const hash = createHash('sha1')
      .update(event.payload ?? 'same')
      .digest()
      .subarray(0, 8);
    writeAdEventStoreId(event.eventId, ids, 16 * i);
    payloadHashes.set(hash, 8 * i);
    const data = {
      eventId: event.eventId,
      campaignId: 'c1',
      payload: event.payload ?? 'same',
      enriched: { day: '2026-11-22' },
    };
    const metadata = {
      source: 'http',
      receivedAt: '2026-11-22T10:00:00.000Z',
      payloadHash: hash.toString('hex'),
    };
    [data, metadata].forEach((body, part) => {
      const bytes = Buffer.from(JSON.stringify(body));
      parts.push(bytes);
      offsets[2 * i + part + 1] = length += bytes.length;
    });
  });
  const types = Uint8Array.from(events, (event) => AD_EVENT_TYPES.indexOf(event.type ?? 'impression'));
  return {
    partition,
    count,
    ids,
    payloadHashes,
    types,
    bodies: Buffer.concat(parts),
    offsets,
    ordinals: Uint32Array.from(events, (_, i) => i),
  };
}

/** `count` events whose ids begin with `prefix`. */
export function numbered(prefix: string, count: number, from = 0): readonly Sent[] {
  return Array.from({ length: count }, (_, i) => ({ eventId: `${prefix}-${from + i}` }));
}
