import type { CampaignResponse } from '@flightdeck/contracts';
import type { Campaign } from '@flightdeck/domain';

/** A campaign as the API tells it. */
export function campaignResponse(campaign: Campaign, revision: number): CampaignResponse {
  const {
    campaignId,
    name,
    advertiserId,
    currency,
    timezone,
    flight,
    budget,
    pacing,
    dayParts,
    tags,
    pricing,
  } = campaign;
  return {
    ...{ campaignId, name, advertiserId, currency, timezone, flight, budget, tags: [...tags] },
    pacing: {
      ...{ mode: pacing.mode, tolerance: pacing.tolerance, ...curveOf(pacing.curve) },
      ...(pacing.overdelivery === undefined ? {} : { overdelivery: pacing.overdelivery }),
    },
    ...(dayParts === undefined ? {} : { dayParts: [...dayParts] }),
    ...(pricing === undefined ? {} : { pricing }),
    status: campaign.status,
    registeredAt: campaign.registeredAt,
    revision,
  };
}

function curveOf(curve: readonly (readonly number[])[] | undefined): { readonly curve?: number[][] } {
  return curve === undefined ? {} : { curve: curve.map((day) => [...day]) };
}
