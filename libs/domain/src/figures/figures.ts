import type { Total } from '../money/money.js';

/** Counts and money of some span. Gross counts everything; net leaves invalid traffic out and applies adjustments. */
export interface Counters {
  /** Net of invalid traffic, as are views, clicks and conversions. */
  readonly impressions: number;
  readonly views: number;
  readonly clicks: number;
  readonly conversions: number;
  /** Every event of any type, invalid ones too. */
  readonly events: number;
  readonly givt: number;
  readonly sivt: number;
  readonly gross: Total;
  readonly net: Total;
  /** Conversions attributed to a click or view of the campaign, and the value they brought. */
  readonly attributedConversions: number;
  readonly attributedValue: Total;
}

/** A place in the ledger up to which something has been folded. */
export interface LedgerPosition {
  readonly stream: string;
  readonly revision: number;
}

/** Everything folded about one campaign at one ledger position: what pacing, facts and rules are computed from. */
export interface CampaignFigures {
  readonly campaignId: string;
  /** ISO 4217; null until known. */
  readonly currency: string | null;
  readonly unregistered: boolean;
  readonly position: LedgerPosition;
  readonly lifetime: Counters;
  /** The campaign-local day asked for (YYYY-MM-DD) and what is booked on it. */
  readonly day: string;
  readonly today: Counters;
  readonly last5m: Counters;
  readonly last15m: Counters;
  readonly last60m: Counters;
  /** Epoch milliseconds; null before the first event. */
  readonly lastOccurredAtMs: number | null;
  readonly lastReceivedAtMs: number | null;
  /** A sum has left ±9,007,199,254,740,991 micros: it holds what came before that, and is not to be trusted. */
  readonly outOfRange?: true;
}
