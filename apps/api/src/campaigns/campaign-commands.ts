import type {
  ChangeBudgetRequest,
  ChangeCampaignRequest,
  RegisterCampaignRequest,
} from '@flightdeck/contracts';
import type { Budget, Campaign, CampaignCommand, Order, Pacing } from '@flightdeck/domain';

/** A registration as the domain takes it: members that are absent are absent, not undefined. */
export function registration(body: RegisterCampaignRequest, order: Order): CampaignCommand {
  const {
    campaignId,
    name,
    advertiserId,
    currency,
    timezone,
    flight,
    tags,
    dayParts,
    pricing,
    budget,
    pacing,
  } = body;
  return {
    type: 'RegisterCampaign',
    ...order,
    ...{ campaignId, name, advertiserId, currency, timezone, flight, tags },
    budget: budgetOf(budget),
    pacing: pacingOf(pacing),
    ...(dayParts === undefined ? {} : { dayParts }),
    ...(pricing === undefined ? {} : { pricing }),
  };
}

/** The budget as a whole: a cap that is not given is lifted. */
export function newBudget(body: ChangeBudgetRequest, order: Order): CampaignCommand {
  return { type: 'ChangeBudget', ...order, budget: budgetOf(body) };
}

/** The commands of a change, one for each kind of fact, made from what the campaign is and what the request names. */
export function changes(body: ChangeCampaignRequest, campaign: Campaign, order: Order): CampaignCommand[] {
  const commands: CampaignCommand[] = [];
  if (body.name !== undefined || body.tags !== undefined) {
    commands.push({
      type: 'ChangeDetails',
      ...order,
      name: body.name ?? campaign.name,
      tags: body.tags ?? campaign.tags,
    });
  }
  if (body.flight !== undefined) commands.push({ type: 'ChangeFlight', ...order, flight: body.flight });
  if (body.pacing !== undefined || body.dayParts !== undefined) {
    const dayParts = body.dayParts ?? campaign.dayParts;
    commands.push({
      type: 'ChangePacing',
      ...order,
      pacing: body.pacing === undefined ? campaign.pacing : pacingOf(body.pacing),
      ...(dayParts === undefined ? {} : { dayParts }),
    });
  }
  return commands;
}

/** A budget as the domain takes it. */
export function budgetOf(from: {
  readonly dailyMicros?: number | undefined;
  readonly lifetimeMicros?: number | undefined;
}): Budget {
  const { dailyMicros, lifetimeMicros } = from;
  return {
    ...(dailyMicros === undefined ? {} : { dailyMicros }),
    ...(lifetimeMicros === undefined ? {} : { lifetimeMicros }),
  };
}

function pacingOf(from: {
  mode: Pacing['mode'];
  tolerance: number;
  curve?: number[][] | undefined;
  overdelivery?: number | undefined;
}): Pacing {
  const { mode, tolerance, curve, overdelivery } = from;
  return {
    ...{ mode, tolerance },
    ...(curve === undefined ? {} : { curve }),
    ...(overdelivery === undefined ? {} : { overdelivery }),
  };
}
