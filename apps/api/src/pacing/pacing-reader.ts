import { STREAM, type PacingResponse } from '@flightdeck/contracts';
import {
  dayOf,
  EMPTY_COUNTERS,
  formatInstant,
  hasAdGroupBudgets,
  pacingOf,
  type Campaign,
  type CampaignFigures,
  type PacingView,
} from '@flightdeck/domain';
import { partitionOf, type CampaignDirectory } from '@flightdeck/ledger';
import type { Clock } from '@flightdeck/platform';
import type { AdvertiserReader, ReadModels } from '@flightdeck/read-models';
import { capResponse } from './cap-dto.js';

/** A campaign and how it spends. */
export interface PacedCampaign {
  readonly campaignId: string;
  readonly campaign: Campaign | undefined;
  readonly view: PacingView;
  readonly figures: CampaignFigures;
}

/** What is read beside pacing: ad groups also where none has a budget. */
interface Also {
  readonly adGroups?: boolean;
}

/** Zone of a campaign that nobody has registered. */
const UTC = 'UTC';

/** Pacing now, from the figures that are folded and the terms that hold. */
export class PacingReader {
  constructor(
    private readonly readModels: Pick<ReadModels, 'figures'>,
    private readonly advertisers: Pick<AdvertiserReader, 'read'>,
    private readonly directory: Pick<CampaignDirectory, 'get'>,
    private readonly clock: Clock,
    private readonly partitions: number,
  ) {}

  /** One answer per id, in order, each campaign as the directory knows it. */
  async read(campaignIds: readonly string[], also: Also = {}): Promise<readonly PacedCampaign[]> {
    return this.readKnown(
      campaignIds.map((campaignId) => ({ campaignId, campaign: this.directory.get(campaignId)?.campaign })),
      also,
    );
  }

  /** As {@link read}, for campaigns whose terms the caller has read. */
  async readKnown(
    known: readonly { readonly campaignId: string; readonly campaign: Campaign | undefined }[],
    { adGroups = false }: Also = {},
  ): Promise<readonly PacedCampaign[]> {
    const nowMs = this.clock();
    const requests = known.map(({ campaignId, campaign }) => ({
      ...{ campaignId, campaign, day: dayOf(campaign?.timezone ?? UTC, nowMs) },
      adGroups: adGroups || hasAdGroupBudgets(campaign),
    }));
    const figures = await this.readModels.figures(requests, nowMs);
    const advertisers = await this.advertisers.read(requests);
    return requests.map(({ campaignId, campaign, day }, i) => {
      const advertiser = advertisers[i];
      const folded = figures[i] ?? this.nothingYet(campaignId, day, campaign);
      return {
        campaignId,
        campaign,
        figures: folded,
        view: pacingOf({ terms: campaign, status: campaign?.status, figures: folded, advertiser, nowMs }),
      };
    });
  }

  /** The wire's shape (api.md). */
  response(paced: PacedCampaign): PacingResponse {
    const { campaign, view, figures } = paced;
    const { dailyMicros, lifetimeMicros, todayMicros, remainingTodayMicros, remainingMicros } = view.budget;
    return {
      campaignId: paced.campaignId,
      asOf: formatInstant(this.clock()),
      day: view.day,
      currency: campaign?.currency ?? figures.currency,
      spend: {
        todayMicros: view.spend.today.micros,
        todayNanos: view.spend.today.nanos,
        grossTodayMicros: view.spend.grossToday.micros,
        lifetimeMicros: view.spend.lifetime.micros,
        lifetimeNanos: view.spend.lifetime.nanos,
      },
      budget:
        campaign === undefined
          ? null
          : { dailyMicros, lifetimeMicros, todayMicros, remainingTodayMicros, remainingMicros },
      cap: capResponse(view),
      inFlightMicros: view.inFlightMicros,
      remainingAfterInFlightMicros: view.remainingAfterInFlightMicros,
      expectedMicros: view.expectedMicros,
      pacingIndex: view.pacingIndex,
      forecastMicros: view.forecastMicros,
      exhaustsAt: view.exhaustsAtMs === null ? null : formatInstant(Math.floor(view.exhaustsAtMs)),
      utilization: view.utilizationToday ?? view.utilizationLifetime,
      status: campaign?.status ?? 'unregistered',
      position: figures.position,
    };
  }

  private nothingYet(campaignId: string, day: string, campaign: Campaign | undefined): CampaignFigures {
    return {
      campaignId,
      day,
      currency: campaign?.currency ?? null,
      unregistered: campaign === undefined,
      position: { stream: STREAM.ads(partitionOf(campaignId, this.partitions)), revision: -1 },
      lifetime: EMPTY_COUNTERS,
      today: EMPTY_COUNTERS,
      last5m: EMPTY_COUNTERS,
      last15m: EMPTY_COUNTERS,
      last60m: EMPTY_COUNTERS,
      lastOccurredAtMs: null,
      lastReceivedAtMs: null,
    };
  }
}
