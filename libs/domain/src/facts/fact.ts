import type { CampaignStatus, PacedTerms } from '../campaign/events.js';
import type { FactValue } from '../command/events.js';
import type { AdvertiserFigures, CampaignFigures } from '../figures/figures.js';
import type { Rates } from '../metrics/rates.js';
import { dayBudget, type DayBudget } from '../pacing/budget.js';
import { pacingOf, type PacingView } from '../pacing/pacing.js';
import { zonedDayAt, type ZonedDay } from '../time/day.js';
import type { EpochMs } from '../time/instant.js';

export const FACT_SPANS = ['today', 'last5m', 'last15m', 'last60m', 'lifetime'] as const;
export type FactSpan = (typeof FACT_SPANS)[number];

export const FACT_COUNTS = ['impressions', 'views', 'clicks', 'conversions'] as const;
export type FactCount = (typeof FACT_COUNTS)[number];

/** Every fact a rule can use. Rules are stored with these names: never rename one. */
export type FactName =
  | `spend.${FactSpan}`
  | `spend.${FactSpan}.gross`
  | `spend.advertiser.${'today' | 'lifetime'}`
  | 'spend.inFlight'
  | `budget.${'daily' | 'lifetime' | 'remainingToday' | 'remaining'}`
  | `budget.${'effectiveDaily' | 'tightestLevel' | 'remainingAfterInFlight'}`
  | `budget.advertiser.${'daily' | 'lifetime' | 'remainingToday' | 'remaining'}`
  | `utilization.${'today' | 'lifetime'}`
  | `utilization.advertiser.${'today' | 'lifetime'}`
  | 'utilization.adGroup.today'
  | `pacing.${'index' | 'expected' | 'forecast' | 'exhaustsInMinutes' | 'overspend' | 'projectedOverspend'}`
  | `${FactCount}.${FactSpan}`
  | `${keyof Rates}.${'today' | 'last60m'}`
  | 'ivt.share.today'
  | `campaign.${'status' | 'tags' | 'advertiserId'}`
  | `time.${'localHour' | 'localDayOfWeek' | 'dayElapsed'}`
  | 'flight.daysLeft'
  | `data.${'lagSeconds' | 'minutesSinceLastEvent'}`;

export type FactType = 'number' | 'string' | 'boolean' | 'strings';

export type FactUnit =
  'micros' | 'count' | 'ratio' | 'seconds' | 'minutes' | 'hours' | 'days' | 'weekday' | null;

/** What facts are computed from. Terms and status are undefined while nobody has registered the campaign. */
export interface FactInput {
  readonly terms: PacedTerms | undefined;
  readonly status: CampaignStatus | undefined;
  readonly figures: CampaignFigures;
  /** Where its advertiser has a budget: what all campaigns of that spend together. */
  readonly advertiser?: AdvertiserFigures | undefined;
  readonly nowMs: EpochMs;
}

/** One row of the catalog, as `GET /v1/facts` serves it, and how its value is had. */
export interface FactDefinition {
  readonly name: FactName;
  readonly type: FactType;
  readonly unit: FactUnit;
  readonly meaning: string;
  readonly example: FactValue;
  /** Its value changes as time passes, without any event. */
  readonly timeDriven: boolean;
  /** Its value changes when a new local day begins. */
  readonly resetsDaily: boolean;
  /** Where the campaign's advertiser has a budget, its value also changes with what the advertiser's other campaigns spend. */
  readonly shared?: true;
  /** The value; null when it is unknown. */
  readonly compute: (context: FactContext) => FactValue;
}

/** A {@link FactInput} whose costlier views are computed at most once, and only when a fact asks for them. */
export class FactContext implements FactInput {
  readonly terms: PacedTerms | undefined;
  readonly status: CampaignStatus | undefined;
  readonly figures: CampaignFigures;
  readonly advertiser: AdvertiserFigures | undefined;
  readonly nowMs: EpochMs;
  #pacing: PacingView | undefined;
  #budget: DayBudget | undefined;

  constructor(input: FactInput) {
    this.terms = input.terms;
    this.status = input.status;
    this.figures = input.figures;
    this.advertiser = input.advertiser;
    this.nowMs = input.nowMs;
  }

  /** The campaign's zone; UTC while nobody has registered it. */
  get zone(): string {
    return this.terms?.timezone ?? 'UTC';
  }

  /** The local day of `nowMs`. */
  get localDay(): ZonedDay {
    return zonedDayAt(this.zone, this.nowMs);
  }

  get budget(): DayBudget {
    return (this.#budget ??= dayBudget(this));
  }

  get pacing(): PacingView {
    return (this.#pacing ??= pacingOf(this));
  }
}
