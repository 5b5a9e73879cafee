import { Random } from './random.js';

/** A campaign of the generated traffic; one without a zone is never registered. */
export interface TrafficCampaign {
  readonly campaignId: string;
  readonly currency: string;
  readonly timezone: string | undefined;
}

/** An ad event as its producer sends it. Deliberately not the product's type. */
export interface WireEvent {
  readonly eventId: string;
  readonly type: 'impression' | 'view' | 'click' | 'conversion' | 'spend' | 'adjustment';
  readonly occurredAt: string;
  readonly campaignId: string;
  readonly adGroupId?: string;
  readonly impressionId?: string;
  readonly userId?: string;
  readonly clickId?: string;
  readonly conversionId?: string;
  readonly orderId?: string;
  readonly valueMicros?: number;
  readonly ivt?: 'givt' | 'sivt';
  readonly price?: { readonly model: string; readonly micros: number; readonly currency: string };
  readonly amountMicros?: number;
  readonly currency?: string;
  readonly reason?: string;
  readonly originalEventId?: string;
}

/** What is sent, in order: originals, duplicates of them, and events that reuse an id for something else. */
export interface Traffic {
  readonly campaigns: readonly TrafficCampaign[];
  /** When it is sent. */
  readonly nowMs: number;
  readonly sent: readonly WireEvent[];
}

const DUPLICATES = 0.05;
const CONFLICTS = 0.02;
const HOUR_MS = 3_600_000;
/** Just after clocks changed: New York in spring and autumn, Berlin in spring and autumn, Auckland in spring. */
const MOMENTS = [
  '2026-03-09T03:10:00.000Z',
  '2026-11-01T20:31:07.250Z',
  '2026-03-29T14:00:30.999Z',
  '2026-10-25T02:00:00.000Z',
  '2026-09-27T01:00:00.000Z',
];
const PLACES = [
  ['USD', 'America/New_York'],
  ['EUR', 'Europe/Berlin'],
  ['INR', 'Asia/Kolkata'],
  ['NZD', 'Pacific/Auckland'],
  ['JPY', undefined],
] as const;

/**
 * Traffic of a few campaigns in several currencies and zones, around a day on which clocks change unless `atMs` says when; `prefix`
 * keeps runs apart.
 */
export function adTraffic(seed: number, prefix: string, events: number, atMs?: number): Traffic {
  const random = new Random(seed);
  const moment = Date.parse(random.pick(MOMENTS));
  const nowMs = atMs ?? moment;
  const campaigns = random
    .shuffle(PLACES)
    .slice(0, random.between(1, 4))
    .map(([currency, timezone], i) => ({ campaignId: `${prefix}-c${i}`, currency, timezone }));
  const originals = Array.from({ length: events }, (_, n) =>
    wireEvent(random, random.pick(campaigns), `${prefix}-${n}`, nowMs),
  );
  const sent = random.shuffle(originals);
  const repeats = Math.ceil(events * DUPLICATES);
  for (let i = 0; i < repeats; i++) sent.splice(random.between(0, sent.length), 0, random.pick(originals));
  for (let i = 0; i < events * CONFLICTS; i++) {
    const { eventId, campaignId } = random.pick(originals);
    const campaign = campaigns.find((known) => known.campaignId === campaignId);
    if (campaign !== undefined) {
      sent.splice(random.between(0, sent.length), 0, wireEvent(random, campaign, eventId, nowMs));
    }
  }
  return { campaigns, nowMs, sent };
}

/** Small pools of ids, so that joins happen; times of a day and a half, so that late and early meet. */
function wireEvent(random: Random, campaign: TrafficCampaign, eventId: string, nowMs: number): WireEvent {
  const { campaignId, currency } = campaign;
  const type = random.pick(TYPES);
  const spanMs = random.chance(0.5) ? HOUR_MS : random.chance(0.9) ? 36 * HOUR_MS : 100 * HOUR_MS;
  const occurredAt = new Date(nowMs - random.between(0, spanMs)).toISOString();
  const common = {
    ...{ eventId, type, occurredAt, campaignId },
    ...(random.chance(0.6) ? { adGroupId: `g${random.between(1, 4)}` } : {}),
    ...(random.chance(0.1) ? { ivt: random.pick(['givt', 'sivt'] as const) } : {}),
    ...(random.chance(0.4) ? { userId: `u${random.between(1, 5)}` } : {}),
  };
  const impression = { impressionId: `i${random.between(1, 12)}` };
  const price = (model: string) =>
    random.chance(0.9) ? { price: { model, micros: money(random), currency } } : {};
  switch (type) {
    case 'impression':
      return { ...common, ...impression, ...price('CPM') };
    case 'view':
      return { ...common, ...impression, ...price('vCPM') };
    case 'click':
      return {
        ...common,
        ...(random.chance(0.7) ? impression : {}),
        ...(random.chance(0.5) ? { clickId: `k${random.between(1, 5)}` } : {}),
        ...price('CPC'),
      };
    case 'conversion':
      return {
        ...common,
        ...(random.chance(0.4) ? impression : {}),
        conversionId: `v${random.between(1, 20)}`,
        ...(random.chance(0.5) ? { orderId: `o${random.between(1, 10)}` } : {}),
        ...(random.chance(0.8) ? { valueMicros: money(random) } : {}),
        ...price('CPA'),
      };
    case 'spend':
      return { ...common, amountMicros: money(random), currency };
    case 'adjustment':
      return {
        ...common,
        ...{ amountMicros: money(random) * (random.chance(0.5) ? -1 : 1), currency },
        ...{ reason: 'reconciliation', originalEventId: 'some-event' },
      };
  }
}

const TYPES = [
  ...(['impression', 'impression', 'impression', 'impression', 'view', 'view', 'click', 'click'] as const),
  ...(['conversion', 'conversion', 'spend', 'adjustment'] as const),
];

/** Whole cents, odd micros, and amounts near the end of what a number holds exactly (a few hundred of them stay within it). */
function money(random: Random): number {
  if (random.chance(0.3)) return random.between(1, 500) * 10_000;
  return random.chance(0.9)
    ? random.between(0, 9_999_999)
    : random.between(1_000_000_000_000, 9_007_199_254_740);
}
