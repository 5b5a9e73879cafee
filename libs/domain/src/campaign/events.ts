import type { Event } from '../kernel/decider.js';
import type { Micros } from '../money/money.js';

export type PacingMode = 'even' | 'ahead' | 'asap' | 'traffic';

/** RFC 3339 UTC; `end` is exclusive. */
export interface Flight {
  readonly start: string;
  readonly end: string;
}

export interface Budget {
  readonly dailyMicros?: Micros;
  readonly lifetimeMicros?: Micros;
}

export interface Pacing {
  readonly mode: PacingMode;
  /** Share of the cap that may be exceeded before it counts as overspend, 0 to 1. */
  readonly tolerance: number;
  /** 7 × 24 relative weights, Monday first, hour 0 to 23 local time; only for `traffic`. */
  readonly curve?: readonly (readonly number[])[];
  /** How far the platform may deliver above the highest daily budget of a day, as a multiple of it, 1 to 10 (Google Ads: 2). */
  readonly overdelivery?: number;
}

/** The budget of one ad group of a campaign. */
export interface AdGroupBudget {
  readonly adGroupId: string;
  readonly budget: Budget;
}

/** A daily budget and the moment from which it holds (RFC 3339 UTC); none: no daily budget from then on. */
export interface DailyBudgetSince {
  readonly at: string;
  readonly dailyMicros?: Micros;
}

/** Serving hours of one weekday (1 = Monday … 7 = Sunday, ISO 8601), local time; `toHour` is exclusive, up to 24. */
export interface DayPart {
  readonly weekday: number;
  readonly fromHour: number;
  readonly toHour: number;
}

/** Everything a campaign was agreed to be. */
export interface CampaignTerms {
  readonly campaignId: string;
  readonly name: string;
  readonly advertiserId: string;
  /** ISO 4217. One campaign, one currency. */
  readonly currency: string;
  /** IANA time zone in which its days begin and end. */
  readonly timezone: string;
  readonly flight: Flight;
  readonly budget: Budget;
  readonly pacing: Pacing;
  /** Absent or empty: always serving. */
  readonly dayParts?: readonly DayPart[];
  readonly tags: readonly string[];
  readonly pricing?: { readonly model: 'CPM' | 'vCPM' | 'CPC' | 'CPA'; readonly micros: Micros };
}

/** Who changed it, why, when it was said and from when it holds (RFC 3339 UTC). */
export interface Provenance {
  readonly campaignId: string;
  readonly actor: string;
  readonly reason?: string;
  readonly at: string;
  readonly effectiveAt: string;
}

/** Stream `campaign-<id>`. Stored for ever: add optional fields or new types; never rename, re-type or re-mean what is here. */
export type CampaignEvent =
  | Event<'CampaignRegistered', CampaignTerms & Provenance>
  | Event<
      'CampaignDetailsChanged',
      Provenance & {
        readonly name: string;
        readonly tags: readonly string[];
        readonly previous: { readonly name: string; readonly tags: readonly string[] };
      }
    >
  | Event<
      'BudgetChanged',
      Provenance & { readonly budget: Budget; readonly previous: Budget; readonly commandId?: string }
    >
  | Event<
      'AdGroupBudgetChanged',
      Provenance & { readonly adGroupId: string; readonly budget: Budget; readonly previous: Budget }
    >
  | Event<'FlightChanged', Provenance & { readonly flight: Flight; readonly previous: Flight }>
  | Event<
      'PacingChanged',
      Provenance & {
        readonly pacing: Pacing;
        readonly dayParts?: readonly DayPart[];
        readonly previous: { readonly pacing: Pacing; readonly dayParts?: readonly DayPart[] };
      }
    >
  | Event<'CampaignPaused', Provenance & { readonly commandId?: string }>
  | Event<'CampaignResumed', Provenance & { readonly commandId?: string }>
  | Event<'CampaignEnded', Provenance>;

export type CampaignStatus = 'active' | 'paused' | 'ended';

/** The terms with what pacing also looks at, which came after the registration. */
export interface PacedTerms extends CampaignTerms {
  /** Only of the ad groups that have one, in the order in which they got it. */
  readonly adGroups?: readonly AdGroupBudget[];
  /** The daily budgets that held since the registration, oldest first: the newest of them, and the highest of those before. */
  readonly dailyBudgets?: readonly DailyBudgetSince[];
  /** When it was last paused, resumed or ended: an older acknowledgement no longer tells how it is. */
  readonly statusChangedAt?: string;
}

/** A registered campaign as its facts left it. */
export interface Campaign extends PacedTerms {
  readonly status: CampaignStatus;
  readonly registeredAt: string;
  /** When its budget last changed, for the same reason. */
  readonly budgetChangedAt?: string;
}
