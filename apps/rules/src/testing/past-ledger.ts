import { encodeJson } from '@flightdeck/contracts';
import type { StoredEvent } from '@flightdeck/event-store';

/** Writes an event down as a ledger holds it, at the next revision of its stream. */
export type Write = (stream: string, type: string, data: object, atMs: number) => StoredEvent;

/** A ledger of the past, to be written event by event; what is stored was received at that moment. */
export function pastLedger(): Write {
  const heads = new Map<string, number>();
  return (stream, type, data, atMs) => {
    const revision = (heads.get(stream) ?? -1) + 1;
    heads.set(stream, revision);
    const receivedAt = new Date(atMs).toISOString();
    const id = uuid(heads.size * 1_000_000 + revision);
    return {
      ...{ id, type, stream, revision, recordedAtMs: atMs, data: encodeJson(data) },
      metadata: encodeJson({
        source: 'http',
        receivedAt,
        correlationId: id,
        payloadHash: '0011223344556677',
      }),
    };
  };
}

/** The `n`th id. */
export function uuid(n: number): string {
  return `00000000-0000-5000-a000-${n.toString(16).padStart(12, '0')}`;
}
