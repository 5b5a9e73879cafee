import type { Micros } from '../money/money.js';

/** Who or what made an invalid event: general or sophisticated invalid traffic (MRC IVT Addendum). */
export type InvalidTraffic = 'givt' | 'sivt';

export type PriceModel = 'CPM' | 'vCPM' | 'CPC' | 'CPA';

/** What one event costs: CPM and vCPM per thousand, CPC and CPA per event, in micros of `currency` (ISO 4217). */
export interface Price {
  readonly model: PriceModel;
  readonly micros: Micros;
  readonly currency: string;
}

interface Common {
  /** The producer's identity of the event, 1–128 printable characters. */
  readonly eventId: string;
  /** RFC 3339 in UTC with milliseconds, as `Date.prototype.toISOString` writes it. */
  readonly occurredAt: string;
  readonly campaignId: string;
  readonly advertiserId?: string;
  readonly adGroupId?: string;
  readonly creativeId?: string;
  readonly placementId?: string;
  readonly exchange?: string;
  readonly auctionId?: string;
  readonly impressionId?: string;
  /** A keyed pseudonym once stored; never the producer's value. */
  readonly userId?: string;
  readonly device?: string;
  readonly country?: string;
  readonly region?: string;
  readonly ivt?: InvalidTraffic;
  readonly labels?: Readonly<Record<string, string>>;
}

export interface Impression extends Common {
  readonly type: 'impression';
  readonly price?: Price;
}
export interface View extends Common {
  readonly type: 'view';
  readonly impressionId: string;
  readonly price?: Price;
}
export interface Click extends Common {
  readonly type: 'click';
  readonly clickId?: string;
  readonly price?: Price;
}
export interface Conversion extends Common {
  readonly type: 'conversion';
  readonly conversionId: string;
  readonly orderId?: string;
  /** The click it followed, where the advertiser kept its id (as gclid and the like do). */
  readonly clickId?: string;
  /** What the order is worth to the advertiser, in micros of the campaign's currency. */
  readonly valueMicros?: Micros;
  readonly price?: Price;
}
/** A platform's cost report. */
export interface Spend extends Common {
  readonly type: 'spend';
  readonly amountMicros: Micros;
  readonly currency: string;
  readonly period?: { readonly start: string; readonly end: string };
}
/** A signed correction of what was counted; it touches net only. */
export interface Adjustment extends Common {
  readonly type: 'adjustment';
  readonly amountMicros: Micros;
  readonly currency: string;
  readonly reason: 'ivt' | 'overdelivery-credit' | 'reconciliation' | 'late';
  readonly originalEventId?: string;
  readonly originalPeriod?: { readonly start: string; readonly end: string };
}

/** One ad event as its producer tells it, parsed (domain.md §2; terms of OpenRTB 2.6 and MRC). */
export type AdEvent = Impression | View | Click | Conversion | Spend | Adjustment;
export type AdEventType = AdEvent['type'];

/** What ingestion adds, settled once and stored with the event. */
export interface Enrichment {
  /** The calendar day (YYYY-MM-DD, campaign's zone; UTC while unregistered) on which the event is booked. */
  readonly day: string;
  /** ISO 4217; the campaign's, or the event's own while the campaign is unregistered (absent when neither is known). */
  readonly currency?: string;
  /** Nobody had registered the campaign when the event arrived. */
  readonly unregistered?: true;
  /** The closed day on which it happened; then `day` is the day of arrival (late policy, domain.md §5). */
  readonly lateFor?: string;
  /** Reference data of the user, or a mark that it could not be had in time. */
  readonly profile?: Readonly<Record<string, string>> | 'unknown';
}

/** The fact in the ledger: the ad event and its enrichment. Stored under `RECORDED_TYPE[type]`. */
export type RecordedAdEvent = AdEvent & { readonly enriched: Enrichment };

/** Names of the ledger's facts by ad event type. Stored for ever. */
export const RECORDED_TYPE = {
  impression: 'ImpressionRecorded',
  view: 'ViewRecorded',
  click: 'ClickRecorded',
  conversion: 'ConversionRecorded',
  spend: 'SpendRecorded',
  adjustment: 'AdjustmentRecorded',
} as const satisfies Record<AdEventType, string>;

/** Every ad event type, in the order by which packed batches number them. Append only. */
export const AD_EVENT_TYPES = [
  'impression',
  'view',
  'click',
  'conversion',
  'spend',
  'adjustment',
] as const satisfies readonly AdEventType[];

/** Why a record could not be accepted (domain.md §2). */
export type QuarantineReason =
  'malformed' | 'schema' | 'too-late' | 'in-the-future' | 'id-conflict' | 'currency-mismatch' | 'too-large';
