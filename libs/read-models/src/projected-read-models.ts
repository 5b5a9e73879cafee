import type { CampaignFigures } from '@flightdeck/domain';
import { figuresOf, isHot, isSpentHot, momentaryFigures, spentOf, warm, warmSpent } from './figures.js';
import { SLOT, slot } from './projections/counters.js';
import { HotCampaign, OWN_ROW } from './projections/hot-campaign.js';
import { listQuarantined, quarantinedById } from './projections/quarantine.js';
import { decodeCampaign } from './projections/row-codec.js';
import { CAMPAIGN_TABLE } from './projections/row-keys.js';
import type { Projector } from './projector.js';
import type {
  DataQuality,
  FiguresRequest,
  Funnel,
  MetricPoint,
  QuarantinedRecord,
  ReadModelChange,
  ReadModels,
  SeriesQuery,
  Spent,
  SpentRequest,
} from './read-models.js';
import { series } from './series.js';

/**
 * Reads beside the projector that folds: what is hot is answered from memory and is never behind the fold; what is read from
 * the store is committed first.
 */
export function projectedReadModels(projector: Projector): ReadModels {
  return new ProjectedReadModels(projector);
}

/**
 * Figures of campaigns of the projector without waiting and without copying: see {@link momentaryFigures}. `cold`: not all of
 * them are in memory, and {@link ReadModels.figures} fetches them.
 */
export function figuresOfMoment(
  projector: Projector,
): (asked: FiguresRequest, nowMs: number) => CampaignFigures | undefined | 'cold' {
  return (asked, nowMs) => {
    const campaign = projector.fold.campaigns.get(asked.campaignId);
    return isHot(campaign, asked, nowMs) ? momentaryFigures(campaign, asked, nowMs) : 'cold';
  };
}

class ProjectedReadModels implements ReadModels {
  constructor(private readonly projector: Projector) {}

  async figures(
    requests: readonly FiguresRequest[],
    nowMs: number,
  ): Promise<readonly (CampaignFigures | undefined)[]> {
    const { store, fold } = this.projector;
    const answer = (): (CampaignFigures | undefined)[] =>
      requests.map((request) => {
        const campaign = fold.campaigns.get(request.campaignId);
        return campaign === undefined ? undefined : figuresOf(campaign, request, nowMs);
      });
    if (requests.every((request) => isHot(fold.campaigns.get(request.campaignId), request, nowMs)))
      return answer();
    return this.projector.exclusive(async () => {
      await warm(store, fold.campaigns, requests, nowMs);
      const answered = answer();
      fold.campaigns.trim();
      return answered;
    });
  }

  async spent(requests: readonly SpentRequest[]): Promise<readonly (Spent | undefined)[]> {
    const { store, fold } = this.projector;
    const answer = (): (Spent | undefined)[] =>
      requests.map(({ campaignId, day }) => {
        const campaign = fold.campaigns.get(campaignId);
        return campaign === undefined || campaign.revision < 0 ? undefined : spentOf(campaign, day);
      });
    if (requests.every(({ campaignId, day }) => isSpentHot(fold.campaigns.get(campaignId), day)))
      return answer();
    return this.projector.exclusive(async () => {
      await warmSpent(store, fold.campaigns, requests);
      const answered = answer();
      fold.campaigns.trim();
      return answered;
    });
  }

  async series(query: SeriesQuery): Promise<readonly MetricPoint[]> {
    await this.projector.flush();
    return series(this.projector.store, query);
  }

  async funnel(campaignId: string): Promise<Funnel | undefined> {
    const campaign = await this.projector.exclusive(async () => {
      const hot = this.projector.fold.campaigns.get(campaignId);
      if (hot !== undefined) return hot;
      const [stored] = await this.projector.store.load(CAMPAIGN_TABLE, [campaignId]);
      if (stored === undefined) return undefined;
      const cold = new HotCampaign(campaignId, stored.partition);
      decodeCampaign(stored, cold);
      return cold;
    });
    return campaign === undefined ? undefined : funnelOf(campaign);
  }

  async campaignIds(after: string | undefined, max: number): Promise<readonly string[]> {
    await this.projector.flush();
    const rows = await this.projector.store.range(CAMPAIGN_TABLE, {
      from: after ?? '',
      to: '\uffff',
      max: max + 1,
    });
    const ids = rows.map(({ key }) => key).filter((key) => key !== after);
    return ids.slice(0, max);
  }

  async quality(): Promise<DataQuality> {
    return this.projector.quality.view();
  }

  async quarantined(query: Parameters<ReadModels['quarantined']>[0]): ReturnType<ReadModels['quarantined']> {
    await this.projector.flush();
    return listQuarantined(this.projector.store, query);
  }

  async quarantinedById(id: string): Promise<QuarantinedRecord | undefined> {
    await this.projector.flush();
    return quarantinedById(this.projector.store, id);
  }

  progress(): { readonly checkpoint: string; readonly caughtUp: boolean } {
    return this.projector.progress();
  }

  changes(signal: AbortSignal): AsyncIterable<ReadModelChange> {
    return this.projector.feed.changes(signal);
  }
}

function funnelOf(campaign: HotCampaign): Funnel {
  const { slots, clicksJoined, viewsJoined, conversionsByClick, conversionsByView } = campaign;
  return {
    impressions: slot(slots, OWN_ROW + SLOT.impressions),
    views: slot(slots, OWN_ROW + SLOT.views),
    clicks: slot(slots, OWN_ROW + SLOT.clicks),
    conversions: slot(slots, OWN_ROW + SLOT.conversions),
    clicksJoined,
    viewsJoined,
    conversionsByClick,
    conversionsByView,
  };
}
