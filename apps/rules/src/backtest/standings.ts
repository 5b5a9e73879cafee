import {
  hasAdGroupBudgets,
  zonedDayAt,
  type Campaign,
  type PreparedRule,
  type QuietCampaign,
  type ZonedDay,
} from '@flightdeck/domain';
import type { PastAdvertisers } from './advertisers.js';
import type { PastCampaigns } from './campaigns.js';
import type { Universe } from './universe.js';

/** Campaigns that are remembered; of one that is forgotten all rules are looked at once more. */
const STANDINGS_MAX = 200_000;

/** What every look at a campaign needs, found together; brought up to the moment of the look. */
export interface Standing {
  readonly campaignId: string;
  readonly campaign: Campaign | undefined;
  readonly adGroups: boolean;
  /** The campaign shares a budget of its advertiser. */
  readonly isHeld: boolean;
  /** Of each universe. */
  readonly quiet: readonly QuietCampaign<PreparedRule>[];
  readonly day: string;
  /** Net micros that may be counted, as long as the day lasts, before a look can come to anything else than the last one. */
  headroomMicros: number;
}

interface Remembered extends Standing {
  zoned: ZonedDay;
  day: string;
}

/** Where campaigns of the past stand. Has to be told what becomes of them and of their advertisers. */
export class Standings {
  private readonly standings = new Map<string, Remembered>();

  constructor(
    private readonly universes: readonly Universe[],
    private readonly campaigns: PastCampaigns,
    private readonly holders: PastAdvertisers,
  ) {}

  at(campaignId: string, nowMs: number): Standing {
    const known = this.standings.get(campaignId);
    if (known === undefined) return this.begin(campaignId, nowMs);
    if (nowMs < known.zoned.startMs || nowMs >= known.zoned.endMs) {
      known.zoned = zonedDayAt(zoneOf(known.campaign), nowMs);
      known.day = known.zoned.day;
    }
    for (const quiet of known.quiet) quiet.turn(nowMs, known.day);
    return known;
  }

  /** An event has cost so much at most. Answers whether the campaign has to be looked at because of it. */
  count(campaignId: string, costMicros: number, atMs: number): boolean {
    const known = this.standings.get(campaignId);
    if (known === undefined || atMs < known.zoned.startMs || atMs >= known.zoned.endMs) return true;
    known.headroomMicros -= costMicros;
    return known.headroomMicros <= 0;
  }

  /** The campaign, or a budget that bears on it, is another. */
  forget(campaignId: string): void {
    this.standings.delete(campaignId);
  }

  private begin(campaignId: string, nowMs: number): Standing {
    const campaign = this.campaigns.get(campaignId);
    const zoned = zonedDayAt(zoneOf(campaign), nowMs);
    const { day } = zoned;
    const begun: Remembered = {
      ...{ campaignId, campaign, zoned, day },
      adGroups: hasAdGroupBudgets(campaign),
      isHeld: this.holders.holds(campaign),
      quiet: this.universes.map((universe) => universe.begin(campaignId, campaign, nowMs, day)),
      headroomMicros: 0,
    };
    if (this.standings.size >= STANDINGS_MAX) this.forget(this.standings.keys().next().value ?? '');
    this.standings.set(campaignId, begun);
    return begun;
  }
}

/** UTC while nobody has registered it. */
function zoneOf(campaign: Campaign | undefined): string {
  return campaign?.timezone ?? 'UTC';
}
