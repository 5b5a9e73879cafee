import type { Budget, CampaignTerms, DayPart, Flight, Pacing } from './events.js';

/** What every order says: for which campaign, who asks, why, and when (RFC 3339 UTC; `effectiveAt` is `at` when absent). */
export interface Order {
  readonly campaignId: string;
  readonly actor: string;
  readonly reason?: string;
  readonly at: string;
  readonly effectiveAt?: string;
}

/** `commandId` names the bus command that a campaign system acknowledged; such an order is ignored once it is outdated. */
interface Obeying {
  readonly commandId?: string;
}

/** What can be asked of a campaign. */
export type CampaignCommand =
  | ({ readonly type: 'RegisterCampaign' } & Order & CampaignTerms)
  | ({ readonly type: 'ChangeDetails'; readonly name: string; readonly tags: readonly string[] } & Order)
  | ({ readonly type: 'ChangeBudget'; readonly budget: Budget } & Order & Obeying)
  | ({ readonly type: 'ChangeAdGroupBudget'; readonly adGroupId: string; readonly budget: Budget } & Order)
  | ({ readonly type: 'ChangeFlight'; readonly flight: Flight } & Order)
  | ({
      readonly type: 'ChangePacing';
      readonly pacing: Pacing;
      readonly dayParts?: readonly DayPart[];
    } & Order)
  | ({ readonly type: 'PauseCampaign' } & Order & Obeying)
  | ({ readonly type: 'ResumeCampaign' } & Order & Obeying)
  | ({ readonly type: 'EndCampaign' } & Order);
