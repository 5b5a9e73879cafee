import { createHash } from 'node:crypto';
import {
  encodeJson,
  LEDGER_CREATED,
  LEDGER_META_STREAM,
  STREAM,
  type RecordQuarantined,
} from '@flightdeck/contracts';
import { RECORDED_TYPE, type AdEventType } from '@flightdeck/domain';
import type { EventStore, NewEvent } from '@flightdeck/event-store';

export const PARTITIONS = 4;
export const EVENTS = 2_000;
export const START_MS = Date.parse('2026-11-22T10:00:00.000Z');
const CAMPAIGNS = 20;
const APPEND_EVENTS = 100;
const TYPES: readonly AdEventType[] = [
  'impression',
  'impression',
  'impression',
  'view',
  'click',
  'conversion',
  'spend',
];

/** Settles the partitions of a new ledger. */
export async function createLedger(ledger: EventStore): Promise<void> {
  const data = encodeJson({
    ledgerId: uuid('ledger'),
    partitions: PARTITIONS,
    dedupeHorizonMs: 1,
    at: at(0),
  });
  const event = { id: uuid('meta'), type: LEDGER_CREATED, data, metadata: encodeJson({}) };
  await ledger.append(LEDGER_META_STREAM, [event], 'no-stream');
}

/** Appends mixed ad events, numbered on from `first`, partition after partition. */
export async function appendTraffic(ledger: EventStore, first: number, events: number): Promise<void> {
  for (let n = first; n < first + events; n += APPEND_EVENTS) {
    const partition = (n / APPEND_EVENTS) % PARTITIONS;
    const added = Array.from({ length: Math.min(APPEND_EVENTS, first + events - n) }, (_, i) =>
      recorded(n + i, partition),
    );
    await ledger.append(STREAM.ads(partition), added, await headOf(ledger, STREAM.ads(partition)));
  }
}

/** One ad event as ingestion records it. */
export function recorded(n: number, partition: number): NewEvent {
  const type = TYPES[n % TYPES.length] ?? 'impression';
  const campaignId = `c-${partition + PARTITIONS * (n % (CAMPAIGNS / PARTITIONS))}`;
  const price = (model: string, micros: number) => ({ price: { model, micros, currency: 'USD' } });
  const own: Partial<Record<AdEventType, object>> = {
    impression: price('CPM', 1_250_001),
    click: { clickId: `k${n}`, ...price('CPC', 400_000) },
    conversion: { conversionId: `v${n}`, valueMicros: 25_000_000 },
    spend: { amountMicros: 1_000_000, currency: 'USD' },
  };
  const ivt = n % 50 === 0 ? { ivt: n % 100 === 0 ? 'givt' : 'sivt' } : {};
  const data = {
    ...{ eventId: `e${n}`, type, occurredAt: at(n * 700), campaignId },
    ...(type === 'spend' ? {} : { impressionId: `i${n - (n % 7)}`, userId: `u${n % 40}` }),
    ...own[type],
    ...ivt,
    enriched: { day: '2026-11-22', currency: 'USD' },
  };
  const metadata = {
    source: n % 3 === 0 ? 'http' : 'kinesis',
    receivedAt: at(n * 700 + 50),
    payloadHash: '0123456789abcdef',
  };
  return {
    id: uuid(`e${n}`),
    type: RECORDED_TYPE[type],
    data: encodeJson(data),
    metadata: encodeJson(metadata),
  };
}

/** Appends quarantined records. */
export async function quarantined(ledger: EventStore, records: number): Promise<void> {
  for (let n = 0; n < records; n++) {
    const stream = STREAM.quarantine(n % PARTITIONS);
    const data: RecordQuarantined = {
      ...{
        reason: 'schema',
        detail: 'It is planted.',
        bytesBase64: Buffer.from(`{"n":${n}}`).toString('base64'),
      },
      ...{ truncated: false, source: 'http', receivedAt: at(n) },
    };
    const event = {
      id: uuid(`q${n}`),
      type: 'RecordQuarantined',
      data: encodeJson(data),
      metadata: encodeJson({}),
    };
    await ledger.append(stream, [event], await headOf(ledger, stream));
  }
}

export async function headOf(ledger: EventStore, stream: string): Promise<number | 'no-stream'> {
  for await (const event of ledger.read(stream, 'end', { direction: 'backwards', max: 1 }))
    return event.revision;
  return 'no-stream';
}

function at(ms: number): string {
  return new Date(START_MS + ms).toISOString();
}

function uuid(of: string): string {
  const hex = createHash('md5').update(of).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}
