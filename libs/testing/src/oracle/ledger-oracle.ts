import type { Traffic, TrafficCampaign, WireEvent } from './traffic.js';

/** What a span of a campaign must come to. Money in nanos. */
export interface ExpectedCounters {
  impressions: number;
  views: number;
  clicks: number;
  conversions: number;
  events: number;
  givt: number;
  sivt: number;
  attributedConversions: number;
  grossNanos: bigint;
  netNanos: bigint;
  attributedNanos: bigint;
}

export interface ExpectedCampaign {
  readonly campaignId: string;
  readonly lifetime: ExpectedCounters;
  /** By the campaign's own calendar day (YYYY-MM-DD). */
  readonly days: Map<string, ExpectedCounters>;
  /** By epoch hour and epoch minute, UTC. */
  readonly hours: Map<number, ExpectedCounters>;
  readonly minutes: Map<number, ExpectedCounters>;
  /** By the id of the ad group: of those that something was spent on. */
  readonly adGroups: Map<string, ExpectedAdGroup>;
  readonly funnel: {
    clicksJoined: number;
    viewsJoined: number;
    conversionsByClick: number;
    conversionsByView: number;
  };
}

/** What an ad group has spent. Money in nanos. */
export interface ExpectedAdGroup {
  grossNanos: bigint;
  netNanos: bigint;
  readonly netByDay: Map<string, bigint>;
}

const DAY_MS = 86_400_000;
const CLICK_WINDOW_MS = 7 * DAY_MS;

/** How the product is configured: an event of a day that ended longer ago than this is booked on the day it came. */
export const LATE_GRACE_MS = 2 * DAY_MS;

/**
 * What the read models must say of generated traffic. Written from the specification (domain.md), with BigInt and
 * Intl.DateTimeFormat; it shares no code with the product on purpose.
 */
export function expected(traffic: Traffic): ReadonlyMap<string, ExpectedCampaign> {
  const accepted = firstOfEachId(traffic.sent);
  return new Map(
    traffic.campaigns.map((campaign) => {
      const events = accepted.filter(({ campaignId }) => campaignId === campaign.campaignId);
      return [campaign.campaignId, expectedCampaign(campaign, events, traffic.nowMs)];
    }),
  );
}

/** Each event id counts once, as what it said first: the second time it is a duplicate or a conflict. */
export function firstOfEachId(sent: readonly WireEvent[]): readonly WireEvent[] {
  const known = new Set<string>();
  return sent.filter(({ eventId }) => {
    if (known.has(eventId)) return false;
    known.add(eventId);
    return true;
  });
}

/** The day on which an event is booked. */
export function bookedDay(campaign: TrafficCampaign, occurredAt: string, nowMs: number): string {
  const day = localDay(campaign.timezone ?? 'UTC', Date.parse(occurredAt));
  return endOfDay(campaign.timezone ?? 'UTC', day, Date.parse(occurredAt)) + LATE_GRACE_MS < nowMs
    ? localDay(campaign.timezone ?? 'UTC', nowMs)
    : day;
}

function expectedCampaign(
  campaign: TrafficCampaign,
  events: readonly WireEvent[],
  nowMs: number,
): ExpectedCampaign {
  const result: ExpectedCampaign = {
    campaignId: campaign.campaignId,
    lifetime: none(),
    days: new Map(),
    hours: new Map(),
    minutes: new Map(),
    adGroups: new Map(),
    funnel: { clicksJoined: 0, viewsJoined: 0, conversionsByClick: 0, conversionsByView: 0 },
  };
  const valid = events.filter(({ ivt }) => ivt === undefined);
  const shown = new Set(
    valid.flatMap((e) => (e.type === 'impression' && e.impressionId !== undefined ? [e.impressionId] : [])),
  );
  const orders = new Set<string>();
  for (const event of events) {
    const credit =
      event.type === 'conversion' && event.ivt === undefined ? creditOf(event, valid, orders) : undefined;
    if (credit === 'click') result.funnel.conversionsByClick += 1;
    if (credit === 'view') result.funnel.conversionsByView += 1;
    const joined =
      event.ivt === undefined && event.impressionId !== undefined && shown.has(event.impressionId);
    if (joined && event.type === 'click') result.funnel.clicksJoined += 1;
    if (joined && event.type === 'view') result.funnel.viewsJoined += 1;
    const ms = Date.parse(event.occurredAt);
    const day = bookedDay(campaign, event.occurredAt, nowMs);
    addToAdGroup(result.adGroups, event, day);
    const spans = [
      result.lifetime,
      spanOf(result.days, day),
      spanOf(result.hours, Math.floor(ms / 3_600_000)),
      spanOf(result.minutes, Math.floor(ms / 60_000)),
    ];
    for (const span of spans) addEvent(span, event, credit !== undefined);
  }
  return result;
}

/** Last touch, click before view; an order counts once, by the first conversion that told of it. */
function creditOf(
  conversion: WireEvent,
  valid: readonly WireEvent[],
  orders: Set<string>,
): 'click' | 'view' | undefined {
  const order =
    conversion.orderId === undefined
      ? `conversion ${conversion.conversionId ?? ''}`
      : `order ${conversion.orderId}`;
  if (orders.has(order)) return undefined;
  orders.add(order);
  const caused = (type: string, windowMs: number): boolean =>
    valid.some((touch) => {
      const ageMs = Date.parse(conversion.occurredAt) - Date.parse(touch.occurredAt);
      return touch.type === type && ageMs >= 0 && ageMs <= windowMs && linked(touch, conversion);
    });
  if (caused('click', CLICK_WINDOW_MS)) return 'click';
  return caused('view', DAY_MS) ? 'view' : undefined;
}

function linked(touch: WireEvent, conversion: WireEvent): boolean {
  return (['impressionId', 'clickId', 'userId'] as const).some(
    (key) => touch[key] !== undefined && touch[key] === conversion[key],
  );
}

function addEvent(span: ExpectedCounters, event: WireEvent, attributed: boolean): void {
  const cost = costNanos(event);
  span.events += 1;
  if (event.ivt === 'givt') span.givt += 1;
  if (event.ivt === 'sivt') span.sivt += 1;
  if (event.type !== 'adjustment') span.grossNanos += cost;
  if (event.type === 'adjustment' || event.ivt === undefined) span.netNanos += cost;
  if (event.ivt === undefined) {
    if (event.type === 'impression') span.impressions += 1;
    if (event.type === 'view') span.views += 1;
    if (event.type === 'click') span.clicks += 1;
    if (event.type === 'conversion') span.conversions += 1;
  }
  if (attributed) {
    span.attributedConversions += 1;
    span.attributedNanos += BigInt(event.valueMicros ?? 0) * 1000n;
  }
}

function addToAdGroup(adGroups: ExpectedCampaign['adGroups'], event: WireEvent, day: string): void {
  const cost = costNanos(event);
  if (event.adGroupId === undefined || cost === 0n) return;
  const known = adGroups.get(event.adGroupId) ?? {
    grossNanos: 0n,
    netNanos: 0n,
    netByDay: new Map<string, bigint>(),
  };
  adGroups.set(event.adGroupId, known);
  if (event.type !== 'adjustment') known.grossNanos += cost;
  if (event.type !== 'adjustment' && event.ivt !== undefined) return;
  known.netNanos += cost;
  known.netByDay.set(day, (known.netByDay.get(day) ?? 0n) + cost);
}

function costNanos(event: WireEvent): bigint {
  if (event.amountMicros !== undefined) return BigInt(event.amountMicros) * 1000n;
  if (event.price === undefined) return 0n;
  const perThousand = event.price.model === 'CPM' || event.price.model === 'vCPM';
  return perThousand ? BigInt(event.price.micros) : BigInt(event.price.micros) * 1000n;
}

function spanOf<K>(spans: Map<K, ExpectedCounters>, key: K): ExpectedCounters {
  let span = spans.get(key);
  if (span === undefined) spans.set(key, (span = none()));
  return span;
}

export function none(): ExpectedCounters {
  return {
    ...{
      impressions: 0,
      views: 0,
      clicks: 0,
      conversions: 0,
      events: 0,
      givt: 0,
      sivt: 0,
      attributedConversions: 0,
    },
    ...{ grossNanos: 0n, netNanos: 0n, attributedNanos: 0n },
  };
}

const formats = new Map<string, Intl.DateTimeFormat>();

function localDay(zone: string, ms: number): string {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    });
    formats.set(zone, format);
  }
  return format.format(ms);
}

/** The first minute at which the zone's calendar shows another day. Zones of the traffic change days on whole minutes. */
function endOfDay(zone: string, day: string, ms: number): number {
  let inside = Math.floor(ms / 60_000);
  let outside = inside + 26 * 60;
  while (outside - inside > 1) {
    const middle = Math.floor((inside + outside) / 2);
    if (localDay(zone, middle * 60_000) === day) inside = middle;
    else outside = middle;
  }
  return outside * 60_000;
}
