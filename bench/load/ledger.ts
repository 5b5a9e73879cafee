import { createHash } from 'node:crypto';
import { encodeJson, STREAM } from '@flightdeck/contracts';
import { campaign as decider, HOUR_MS } from '@flightdeck/domain';
import type { EventStore, NewEvent } from '@flightdeck/event-store';

export const PARTITIONS = 16;
export const START_MS = Date.parse('2026-11-22T00:00:00.000Z');
const DAY_MS = 24 * HOUR_MS;
const EVENTS_PER_SECOND = 1_000;
const APPEND_EVENTS = 1_000;
const CAMPAIGNS = 500;

/** How dense the traffic is: events a second of event time, events of an append, and campaigns. */
export interface Density {
  readonly perSecond: number;
  readonly appendEvents: number;
  readonly campaigns: number;
}

const DENSE: Density = {
  perSecond: EVENTS_PER_SECOND,
  appendEvents: APPEND_EVENTS,
  campaigns: CAMPAIGNS,
};

/** Fills an empty ledger with mixed ad events, as dense as is said; the partitions take turns, and are appended to together. */
export async function fill(ledger: EventStore, events: number, density: Density = DENSE): Promise<void> {
  const { appendEvents } = density;
  const appends = Math.ceil(events / appendEvents);
  for (let first = 0; first < appends; first += PARTITIONS) {
    const turns = Array.from({ length: Math.min(PARTITIONS, appends - first) }, (_, partition) => {
      const from = (first + partition) * appendEvents;
      const appended = Array.from({ length: appendEvents }, (__, i) =>
        recorded(from + i, partition, density),
      );
      const head = (first / PARTITIONS) * appendEvents - 1;
      return ledger.append(STREAM.ads(partition), appended, head < 0 ? 'no-stream' : head);
    });
    if ((await Promise.all(turns)).some(({ ok }) => !ok))
      throw new Error('Nobody else writes to this ledger.');
  }
}

/** The campaigns of {@link fill}, registered with a daily budget each, some of which their day goes beyond. */
export async function register(
  ledger: EventStore,
  { campaigns }: Density,
  dailyMicrosOf: (campaign: number) => number,
): Promise<void> {
  const at = new Date(START_MS - HOUR_MS).toISOString();
  const count = Math.ceil(campaigns / PARTITIONS) * PARTITIONS;
  for (let campaign = 0; campaign < count; campaign++) {
    const campaignId = `campaign-${campaign}`;
    const decided = decider.decide(
      {
        ...{ type: 'RegisterCampaign', campaignId, name: campaignId, advertiserId: 'advertiser-7' },
        ...{ currency: 'USD', timezone: 'UTC', tags: [], actor: 'bench', at },
        flight: { start: at, end: new Date(START_MS + 30 * DAY_MS).toISOString() },
        budget: { dailyMicros: dailyMicrosOf(campaign) },
        pacing: { mode: 'even', tolerance: 0.05 },
      },
      decider.initial,
    );
    if (!decided.accepted) throw new Error(`${campaignId} is not registered: ${decided.rejection.code}`);
    const events = decided.events.map(({ type, data }, n): NewEvent => ({
      id: uuid(-1 - campaign - n * count),
      type,
      data: encodeJson(data),
      metadata: encodeJson({}),
    }));
    await ledger.append(STREAM.campaign(campaignId), events, 'no-stream');
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
export function recorded(n: number, partition: number, { campaigns, perSecond }: Density = DENSE): NewEvent {
  const kind = n % 100;
  const campaignId = `campaign-${partition + PARTITIONS * (n % Math.ceil(campaigns / PARTITIONS))}`;
  const at = new Date(START_MS + Math.floor((n * 1_000) / perSecond)).toISOString();
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
