import type { Budget } from '../campaign/events.js';
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
  /** What its ad groups have spent, where that was asked for: see {@link AD_GROUPS_MAX}. */
  readonly adGroups?: readonly AdGroupFigures[];
  /** A sum has left ±9,007,199,254,740,991 micros: it holds what came before that, and is not to be trusted. */
  readonly outOfRange?: true;
}

/**
 * Ad groups of one campaign whose spend is told apart: the first that cost something. What later ones spend is summed up under
 * {@link OTHER_AD_GROUPS}, so that nothing is missing; a budget of one of those cannot be held against anything, and says so.
 */
export const AD_GROUPS_MAX = 500;

/** Stands for all ad groups beyond {@link AD_GROUPS_MAX}. No ad group can have this id. */
export const OTHER_AD_GROUPS = '*';

/** What one ad group of a campaign has spent, net unless said otherwise. */
export interface AdGroupFigures {
  readonly adGroupId: string;
  /** On the day asked for. */
  readonly today: Total;
  readonly lifetime: Total;
  readonly grossLifetime: Total;
}

/** What an advertiser's campaigns have spent together, and what they may: what bears on each of them. */
export interface AdvertiserFigures {
  readonly advertiserId: string;
  /** ISO 4217, of the budget. */
  readonly currency: string;
  readonly budget: Budget;
  /** Net, on the calendar date of the campaign's day: what each campaign has booked on its own day of that date. */
  readonly today: Total;
  /** Net, since the first event of each. */
  readonly lifetime: Total;
  /** Campaigns that were summed up, and those in another currency, which were not. */
  readonly campaigns: number;
  readonly leftOut: number;
}
