import { createHash } from 'node:crypto';
import { STREAM } from '@flightdeck/contracts';
import type { EventStore, NewEvent } from '@flightdeck/event-store';

export const PARTITIONS = 16;
export const START_MS = Date.parse('2026-11-22T10:00:00.000Z');
export const EVENTS_PER_SECOND = 1_000;
const APPEND_EVENTS = 1_000;
const CAMPAIGNS = 500;

/** Fills an empty ledger with mixed ad events of {@link CAMPAIGNS} campaigns, {@link EVENTS_PER_SECOND} a second of event time. */
export async function fill(ledger: EventStore, events: number): Promise<void> {
  for (let first = 0; first < events; first += APPEND_EVENTS) {
    const batch = Math.floor(first / APPEND_EVENTS);
    const appended = Array.from({ length: APPEND_EVENTS }, (_, i) => recorded(first + i, batch % PARTITIONS));
    const head = Math.floor(batch / PARTITIONS) * APPEND_EVENTS - 1;
    const result = await ledger.append(
      STREAM.ads(batch % PARTITIONS),
      appended,
      head < 0 ? 'no-stream' : head,
    );
    if (!result.ok) throw new Error('Nobody else writes to this ledger.');
  }
}

/** How many of the events that {@link fill} wrote are in a partition. */
export function eventsIn(partition: number, events: number): number {
  let count = 0;
  for (let first = partition * APPEND_EVENTS; first < events; first += PARTITIONS * APPEND_EVENTS)
    count += APPEND_EVENTS;
  return count;
}

/** Of a hundred events: 84 impressions, 10 views, 4 clicks, a conversion, a cost report. */
export function recorded(n: number, partition: number): NewEvent {
  const kind = n % 100;
  const campaignId = `campaign-${partition + PARTITIONS * (n % Math.ceil(CAMPAIGNS / PARTITIONS))}`;
  const at = new Date(START_MS + Math.floor((n * 1_000) / EVENTS_PER_SECOND)).toISOString();
  const requestAt = new Date(START_MS + (n >> 9) * 512).toISOString();
  const common = (type: string, of: number) => ({
    ...{ eventId: uuid(n), type, occurredAt: at, campaignId, advertiserId: 'advertiser-7' },
    ...{
      creativeId: 'creative-300x250-4711',
      placementId: 'placement-article-top',
      exchange: 'exchange-one',
    },
    ...{
      impressionId: uuid(of),
      userId: uuid(Math.floor(of / 3)).replaceAll('-', ''),
      device: 'mobile',
      country: 'US',
    },
  });
  const enriched = { enriched: { day: '2026-11-22', currency: 'USD' } };
  const priced = (model: string, micros: number) => ({ price: { model, micros, currency: 'USD' } });
  const [type, event] =
    kind < 84
      ? ['ImpressionRecorded', { ...common('impression', n), ...priced('CPM', 1_250_001) }]
      : kind < 94
        ? ['ViewRecorded', common('view', n - 60)]
        : kind < 98
          ? ['ClickRecorded', { ...common('click', n - 60), clickId: uuid(n), ...priced('CPC', 400_000) }]
          : kind < 99
            ? [
                'ConversionRecorded',
                { ...common('conversion', n - 62), conversionId: uuid(n), valueMicros: 25_000_000 },
              ]
            : ['SpendRecorded', { ...common('spend', n), amountMicros: 1_000_000, currency: 'USD' }];
  const metadata = {
    source: 'http',
    receivedAt: requestAt,
    correlationId: uuid(n >> 9),
    payloadHash: '0011223344556677',
  };
  return {
    id: uuid(n),
    type: type,
    data: Buffer.from(JSON.stringify({ ...(event as object), ...enriched })),
    metadata: Buffer.from(JSON.stringify(metadata)),
  };
}

function uuid(n: number): string {
  const hex = createHash('md5').update(String(n)).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}
