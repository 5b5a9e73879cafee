import { STREAM } from '@flightdeck/contracts';
import {
  dayOf,
  factSource,
  figuresWithoutEvents,
  hasAdGroupBudgets,
  type AdvertiserFigures,
  type Campaign,
  type CampaignFigures,
} from '@flightdeck/domain';
import type { figuresOfMoment, ReadModels } from '@flightdeck/read-models';
import type { PastAdvertisers } from './advertisers.js';
import type { PastCampaigns } from './campaigns.js';
import type { SharedSpend } from './shared-spend.js';
import type { RuleFilter, Universe } from './universe.js';

/** What is folded of the past by now, and those who decide on it. */
export interface World {
  readonly universes: readonly Universe[];
  readonly readModels: Pick<ReadModels, 'figures'>;
  readonly figuresNow: ReturnType<typeof figuresOfMoment>;
  readonly campaigns: PastCampaigns;
  readonly holders: PastAdvertisers;
  readonly sharedSpend: SharedSpend;
}

/** Looks at one campaign of the past after another, and has every universe decide on it. */
export class Looks {
  constructor(private readonly world: World) {}

  /** Evaluates a campaign if that is due. Waits only where its figures or its books have to be read. */
  look(campaignId: string, nowMs: number, isAsked: RuleFilter, byEvent: boolean): Promise<void> | undefined {
    const { campaigns, universes } = this.world;
    const campaign = campaigns.get(campaignId);
    const occasion = { campaignId, campaign, nowMs };
    if (!universes.some((universe) => universe.isDue(occasion, isAsked, byEvent))) return undefined;
    const day = dayOf(campaign?.timezone ?? 'UTC', nowMs);
    const asked = { campaignId, campaign, adGroups: hasAdGroupBudgets(campaign), day };
    const figures = this.world.figuresNow(asked, nowMs);
    const advertiser = this.world.sharedSpend.known(asked);
    const isAway = universes.some(({ books }) => books.isAway(campaignId));
    if (figures === 'cold' || advertiser === 'unknown' || isAway) return this.lookUp(asked, nowMs, isAsked);
    this.decide(asked, { figures, advertiser }, nowMs, isAsked);
    return undefined;
  }

  private async lookUp(asked: Asked, nowMs: number, isAsked: RuleFilter): Promise<void> {
    for (const { books } of this.world.universes) await books.fetch([asked.campaignId]);
    const advertiser = await this.world.sharedSpend.read(asked);
    const [figures] = await this.world.readModels.figures([asked], nowMs);
    this.decide(asked, { figures, advertiser }, nowMs, isAsked);
  }

  private decide({ campaignId, campaign, day }: Asked, seen: Seen, nowMs: number, isAsked: RuleFilter): void {
    const { advertiser, figures = this.withoutEvents(campaignId, day) } = seen;
    if (figures === undefined) return;
    const facts = factSource({ terms: campaign, status: campaign?.status, figures, advertiser, nowMs });
    const isHeld = this.world.holders.holds(campaign);
    for (const universe of this.world.universes)
      universe.evaluate({ campaign, figures, facts, nowMs }, isAsked, isHeld);
  }

  private withoutEvents(campaignId: string, day: string): CampaignFigures | undefined {
    const campaign = this.world.campaigns.get(campaignId);
    if (campaign === undefined) return undefined;
    const position = { stream: STREAM.campaign(campaignId), revision: 0 };
    return figuresWithoutEvents(campaignId, day, campaign.currency, position);
  }
}

interface Asked {
  readonly campaignId: string;
  readonly campaign: Campaign | undefined;
  readonly day: string;
  readonly adGroups: boolean;
}

interface Seen {
  readonly figures: CampaignFigures | undefined;
  readonly advertiser: AdvertiserFigures | undefined;
}
