import type { CampaignItemResponse, CampaignsQuery } from '@flightdeck/contracts';
import { displayMicros, formatInstant, type Campaign } from '@flightdeck/domain';
import type { CampaignDirectory } from '@flightdeck/ledger';
import { decodeCursor, encodeCursor } from '@flightdeck/platform';
import type { CommandIndex } from '../commands/command-index.js';
import type { PacedCampaign, PacingReader } from '../pacing/pacing-reader.js';
import { riskOf } from '../pacing/risk.js';
import type { RiskRanking } from '../pacing/risk-ranking.js';
import { atMost } from '../follow/at-most.js';
import { campaignResponse } from './campaign-dto.js';

/** How long a list waits for campaigns that were registered just before. */
const FOLD_WAIT_MS_MAX = 2_000;

/** A place after which a page begins: the last campaign of the page before, in its order. */
type Place = readonly [campaignId: string] | readonly [campaignId: string, risk: number];

/** Registered campaigns, filtered, by id or by how much they need looking at. */
export class CampaignList {
  private sortedIds: readonly string[] = [];

  constructor(
    private readonly directory: CampaignDirectory,
    private readonly pacing: PacingReader,
    private readonly ranking: RiskRanking,
    private readonly commands: CommandIndex,
  ) {}

  async page(query: CampaignsQuery): Promise<{ items: CampaignItemResponse[]; next: string | null }> {
    await atMost(this.directory.caughtUp(), FOLD_WAIT_MS_MAX);
    const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor, placeOf);
    const { ids, place } = query.sort === 'risk' ? await this.byRisk(query, after) : this.byId(query, after);
    const paced = await this.pacing.read(ids);
    const items = paced.map((one) => this.item(one)).filter((item) => item !== undefined);
    return { items, next: place === undefined ? null : encodeCursor(place) };
  }

  private byId(query: CampaignsQuery, after: Place | undefined): { ids: string[]; place: Place | undefined } {
    if (this.sortedIds.length !== this.directory.size) {
      this.sortedIds = [...this.directory.entries()].map(({ campaign }) => campaign.campaignId).sort();
    }
    const ids: string[] = [];
    for (let i = firstAfter(this.sortedIds, after?.[0]); i < this.sortedIds.length; i++) {
      const campaignId = this.sortedIds[i] ?? '';
      if (!this.matches(campaignId, query)) continue;
      if (ids.length === query.limit) return { ids, place: [ids.at(-1) ?? ''] };
      ids.push(campaignId);
    }
    return { ids, place: undefined };
  }

  /** The ranking moves between two pages: a campaign can be seen twice or not at all, as in any list of what is live. */
  private async byRisk(
    query: CampaignsQuery,
    after: Place | undefined,
  ): Promise<{ ids: string[]; place: Place | undefined }> {
    const ids: string[] = [];
    let last: Place | undefined;
    for (const { campaignId, risk } of await this.ranking.current()) {
      if (after !== undefined && !isAfter(campaignId, risk, after)) continue;
      if (!this.matches(campaignId, query)) continue;
      if (ids.length === query.limit) return { ids, place: last };
      ids.push(campaignId);
      last = [campaignId, risk];
    }
    return { ids, place: undefined };
  }

  private matches(campaignId: string, { status, advertiserId, tag }: CampaignsQuery): boolean {
    const campaign: Campaign | undefined = this.directory.get(campaignId)?.campaign;
    if (campaign === undefined) return false;
    return (
      (status === undefined || campaign.status === status) &&
      (advertiserId === undefined || campaign.advertiserId === advertiserId) &&
      (tag === undefined || campaign.tags.includes(tag))
    );
  }

  private item(paced: PacedCampaign): CampaignItemResponse | undefined {
    const entry = this.directory.get(paced.campaignId);
    if (entry === undefined) return undefined;
    const { view } = paced;
    return {
      ...campaignResponse(entry.campaign, entry.revision),
      today: {
        spendMicros: displayMicros(view.spend.today),
        budgetMicros: view.budget.todayMicros,
        expectedMicros: view.expectedMicros,
        forecastMicros: view.forecastMicros,
        exhaustsAt: view.exhaustsAtMs === null ? null : formatInstant(Math.floor(view.exhaustsAtMs)),
        utilization: view.utilizationToday ?? view.utilizationLifetime,
        pacingIndex: view.pacingIndex,
        risk: riskOf(view),
      },
      lastCommand: this.lastCommand(paced.campaignId),
    };
  }

  private lastCommand(campaignId: string): CampaignItemResponse['lastCommand'] {
    const newest = this.commands.list({ campaignId, max: 1 }).items[0];
    if (newest === undefined) return null;
    const { commandId, command, issuedAt } = newest.detail;
    return { commandId, command, state: newest.state, issuedAt };
  }
}

function firstAfter(sorted: readonly string[], campaignId: string | undefined): number {
  if (campaignId === undefined) return 0;
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? '') <= campaignId) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isAfter(campaignId: string, risk: number, [afterId, afterRisk]: Place): boolean {
  if (afterRisk === undefined) return false;
  return risk < afterRisk || (risk === afterRisk && campaignId > afterId);
}

function placeOf(place: unknown): Place | undefined {
  if (!Array.isArray(place)) return undefined;
  const [campaignId, risk] = place as readonly unknown[];
  if (typeof campaignId !== 'string') return undefined;
  return typeof risk === 'number' ? [campaignId, risk] : [campaignId];
}
