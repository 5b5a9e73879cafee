import type {
  AdGroupResponse,
  AdvertiserResponse,
  SpentResponse,
  TreeCampaignResponse,
} from '@flightdeck/contracts';
import {
  adGroupBudgetOf,
  adGroupCaps,
  ratio,
  roundHalfEven,
  toMicrosNumber,
  type AdvertiserFigures,
  type Campaign,
  type Total,
} from '@flightdeck/domain';
import type { AdvertiserEntry } from '@flightdeck/ledger';
import { capResponse } from '../pacing/cap-dto.js';
import type { PacedCampaign } from '../pacing/pacing-reader.js';

/** An advertiser and what its campaigns have spent together; unknown while no currency is there to add up in. */
export function advertiserResponse(
  advertiserId: string,
  day: string,
  campaigns: number,
  known: { readonly entry: AdvertiserEntry | undefined; readonly figures: AdvertiserFigures } | undefined,
): AdvertiserResponse {
  if (known === undefined) {
    return {
      ...{ advertiserId, currency: null, budget: null, day, spend: null },
      ...{ remainingTodayMicros: null, remainingMicros: null, utilization: null },
      ...{ campaigns, leftOut: 0, changedAt: null, revision: null },
    };
  }
  const { entry, figures } = known;
  const { currency, budget, today, lifetime, leftOut } = figures;
  return {
    ...{ advertiserId, currency, budget: entry?.budget ?? null, day, spend: spentResponse(today, lifetime) },
    remainingTodayMicros: leftOf(budget.dailyMicros, today),
    remainingMicros: leftOf(budget.lifetimeMicros, lifetime),
    utilization: utilizationOf(budget.dailyMicros, today) ?? utilizationOf(budget.lifetimeMicros, lifetime),
    ...{ campaigns, leftOut, changedAt: entry?.changedAt ?? null, revision: entry?.revision ?? null },
  };
}

/** A campaign in its advertiser's tree. */
export function treeCampaignResponse(campaign: Campaign, paced: PacedCampaign): TreeCampaignResponse {
  const { campaignId, name, currency, status, budget } = campaign;
  const { view } = paced;
  return {
    ...{ campaignId, name, currency, status, day: view.day, budget },
    spend: spentResponse(view.spend.today, view.spend.lifetime),
    cap: capResponse(view),
    utilization: view.utilizationToday ?? view.utilizationLifetime,
    adGroups: adGroupResponses(campaign, paced),
  };
}

/** Every ad group of a campaign that has a budget or has spent. */
export function adGroupResponses(campaign: Campaign, { view, figures }: PacedCampaign): AdGroupResponse[] {
  const above = { level: view.cap?.level ?? null, left: view.budget.remainingTodayMicros };
  return adGroupCaps({ terms: campaign, figures }, above).map((one) => ({
    adGroupId: one.adGroupId,
    budget: adGroupBudgetOf(campaign.adGroups ?? [], one.adGroupId) ?? null,
    spend: spentResponse(one.today, one.lifetime),
    cap:
      one.level === null
        ? null
        : { level: one.level, remainingTodayMicros: one.left === null ? null : roundHalfEven(one.left) },
    utilization: one.utilizationToday,
    measured: one.isMeasured,
  }));
}

function spentResponse(today: Total, lifetime: Total): SpentResponse {
  return {
    ...{ todayMicros: today.micros, todayNanos: today.nanos },
    ...{ lifetimeMicros: lifetime.micros, lifetimeNanos: lifetime.nanos },
  };
}

function leftOf(cap: number | undefined, spent: Total): number | null {
  return cap === undefined ? null : roundHalfEven(cap - toMicrosNumber(spent));
}

function utilizationOf(cap: number | undefined, spent: Total): number | null {
  return cap === undefined ? null : ratio(spent, cap);
}
