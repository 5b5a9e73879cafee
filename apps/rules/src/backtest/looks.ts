import { STREAM } from '@flightdeck/contracts';
import {
  factSource,
  figuresWithoutEvents,
  type AdvertiserFigures,
  type CampaignFigures,
  type FactSource,
  type PreparedRule,
  type QuietCampaign,
} from '@flightdeck/domain';
import type { AdFact, figuresOfMoment, ReadModels } from '@flightdeck/read-models';
import type { PastAdvertisers } from './advertisers.js';
import type { PastCampaigns } from './campaigns.js';
import type { SharedSpend } from './shared-spend.js';
import { Standings, type Standing } from './standings.js';
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
  private readonly standings: Standings;

  constructor(private readonly world: World) {
    this.standings = new Standings(world.universes, world.campaigns, world.holders);
  }

  /** Evaluates a campaign if that is due. Waits only where its figures or its books have to be read. */
  look(campaignId: string, nowMs: number, isAsked: RuleFilter, byEvent: boolean): Promise<void> | undefined {
    const { universes, figuresNow, sharedSpend } = this.world;
    const standing = this.standings.at(campaignId, nowMs);
    if (!universes.some((universe, at) => universe.isDue(quietOf(standing, at), isAsked, byEvent)))
      return undefined;
    const figures = figuresNow(standing, nowMs);
    const advertiser = standing.isHeld ? sharedSpend.known(standing) : undefined;
    const isAway = universes.some(({ books }) => books.isAway(campaignId));
    if (figures === 'cold' || advertiser === 'unknown' || isAway)
      return this.lookUp(standing, nowMs, isAsked);
    this.decide(standing, { figures, advertiser }, nowMs, isAsked);
    return undefined;
  }

  /** Whether a campaign has to be looked at because of what was counted. What it cost adds to its net spend at most. */
  isMovedBy({ campaignId, cost }: Pick<AdFact, 'campaignId' | 'cost'>, atMs: number): boolean {
    return this.standings.count(campaignId, Math.max(0, cost.micros) + 1, atMs); // nanos are less than one
  }

  /** The campaign, or a budget that bears on it, is another. */
  forget(campaignId: string): void {
    this.standings.forget(campaignId);
  }

  private async lookUp(standing: Standing, nowMs: number, isAsked: RuleFilter): Promise<void> {
    for (const { books } of this.world.universes) await books.fetch([standing.campaignId]);
    const advertiser = await this.world.sharedSpend.read(standing);
    const [figures] = await this.world.readModels.figures([standing], nowMs);
    this.decide(standing, { figures, advertiser }, nowMs, isAsked);
  }

  private decide(standing: Standing, seen: Seen, nowMs: number, isAsked: RuleFilter): void {
    const { campaignId, campaign, isHeld, day } = standing;
    const { advertiser, figures = this.withoutEvents(campaignId, day) } = seen;
    if (figures === undefined) return;
    const facts = factSource({ terms: campaign, status: campaign?.status, figures, advertiser, nowMs });
    const situation = { campaign, figures, facts, nowMs };
    for (const [at, universe] of this.world.universes.entries())
      universe.evaluate(situation, quietOf(standing, at), isAsked, isHeld);
    standing.headroomMicros = headroomOf(standing, facts);
  }

  private withoutEvents(campaignId: string, day: string): CampaignFigures | undefined {
    const campaign = this.world.campaigns.get(campaignId);
    if (campaign === undefined) return undefined;
    const position = { stream: STREAM.campaign(campaignId), revision: 0 };
    return figuresWithoutEvents(campaignId, day, campaign.currency, position);
  }
}

interface Seen {
  readonly figures: CampaignFigures | undefined;
  readonly advertiser: AdvertiserFigures | undefined;
}

function quietOf({ quiet, campaignId }: Standing, universe: number): QuietCampaign<PreparedRule> {
  const found = quiet[universe];
  if (found === undefined) throw new Error(`Nothing is remembered of ${campaignId} in universe ${universe}.`);
  return found;
}

/** None while caps bear on the campaign that others spend under too. */
function headroomOf({ campaign, adGroups, isHeld, quiet }: Standing, facts: FactSource): number {
  if (isHeld) return 0;
  const { dailyMicros, lifetimeMicros } = campaign?.budget ?? {};
  const budget = { dailyMicros: adGroups ? undefined : dailyMicros, lifetimeMicros };
  return quiet.reduce((least, one) => Math.min(least, one.headroom(facts, budget)), Infinity);
}
