import { type AdEventType, RECORDED_TYPE } from '@flightdeck/domain';
import type { LedgerEvent } from '../ledger-batch.js';

const NOW = '2026-11-22T12:34:56.000Z';
export const NOW_MS = Date.parse(NOW);

/** An ad event as the ledger holds it, in ads-02, by default of c1 and of now. */
export function recorded(event: { readonly type: AdEventType }, revision: number): LedgerEvent {
  const { day = '2026-11-22', unregistered, lateFor, ...rest } = event as Record<string, unknown>;
  const enriched = { day, currency: 'USD', unregistered, lateFor };
  const data = { eventId: `e${revision}`, occurredAt: NOW, campaignId: 'c1', ...rest, enriched };
  const metadata = { source: 'http', receivedAt: NOW, payloadHash: '0123456789abcdef' };
  const place = { id: `e${revision}`, stream: 'ads-02', revision, recordedAtMs: NOW_MS };
  return { ...place, type: RECORDED_TYPE[event.type], data: bytes(data), metadata: bytes(metadata) };
}

/** A quarantined record, each a millisecond younger than the last. */
export function refused(revision: number, reason: string): LedgerEvent {
  const receivedAt = new Date(NOW_MS + revision).toISOString();
  const data = {
    reason,
    detail: 'It is wrong.',
    bytesBase64: '',
    truncated: false,
    source: 'http',
    receivedAt,
  };
  const place = { id: `q${revision}`, stream: 'quarantine-02', revision, recordedAtMs: NOW_MS };
  return { ...place, type: 'RecordQuarantined', data: bytes(data), metadata: bytes({}) };
}

/** What became of a quarantined record. */
export function redriven(revision: number, quarantineId: string): LedgerEvent {
  const data = { quarantineId, outcome: 'accepted', actor: 'ops', at: NOW };
  const place = { id: `r${revision}`, stream: 'quarantine-02', revision, recordedAtMs: NOW_MS };
  return { ...place, type: 'RecordRedriven', data: bytes(data), metadata: bytes({}) };
}

function bytes(value: object): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}
