import { STREAM } from '@flightdeck/contracts';
import { type CampaignFigures, type Counters, MINUTE_MS } from '@flightdeck/domain';
import { addRow, countersOf, emptyCounters } from './projections/counter-row.js';
import { type HotCampaign, type HotCampaigns, WINDOW_MINUTES_MAX } from './projections/hot-campaigns.js';
import { CAMPAIGN_TABLE } from './projections/hot-row.js';
import type { ReadModelStore } from './read-model-store.js';

interface FiguresRequest {
  readonly campaignId: string;
  readonly day: string;
}

/** Whether everything that {@link figuresOf} needs is in memory. */
export function isHot(
  campaign: HotCampaign | undefined,
  day: string,
  nowMs: number,
): campaign is HotCampaign {
  if (campaign === undefined || !campaign.minutes.isCompleteFrom(firstMinute(nowMs))) return false;
  return campaign.days.get(day) !== undefined || campaign.days.isCompleteFrom(day);
}

/** Brings what {@link figuresOf} needs into memory, for the campaigns that have events. */
export async function warm(
  store: ReadModelStore,
  campaigns: HotCampaigns,
  requests: readonly FiguresRequest[],
  nowMs: number,
): Promise<void> {
  const cold = requests.filter(({ campaignId, day }) => !isHot(campaigns.get(campaignId), day, nowMs));
  const stored = await store.load(
    CAMPAIGN_TABLE,
    cold.map(({ campaignId }) => campaignId),
  );
  const found = cold.flatMap(({ campaignId, day }, i) => {
    const partition = campaigns.get(campaignId)?.row.partition ?? stored[i]?.partition;
    return partition === undefined ? [] : [{ campaign: campaigns.campaign(campaignId, partition), day }];
  });
  await campaigns.fillCampaigns();
  for (const { campaign, day } of found) {
    campaigns.day(campaign, day);
    await campaigns.fillMinutes(campaign, firstMinute(nowMs));
  }
  await campaigns.fillRows();
}

/** The figures of a campaign that is hot; undefined when it has no events. */
export function figuresOf(campaign: HotCampaign, day: string, nowMs: number): CampaignFigures | undefined {
  const { row } = campaign;
  if (row.revision < 0) return undefined;
  const windows = recent(campaign, nowMs);
  const today = campaign.days.get(day);
  const outOfRange = row.outOfRange || today?.outOfRange === true || windows.outOfRange;
  const figures: CampaignFigures = {
    campaignId: campaign.campaignId,
    currency: row.currency,
    unregistered: row.unregistered,
    position: { stream: STREAM.ads(row.partition), revision: row.revision },
    lifetime: countersOf(row),
    day,
    today: countersOf(today ?? NOTHING),
    last5m: windows.last5m,
    last15m: windows.last15m,
    last60m: windows.last60m,
    lastOccurredAtMs: row.lastOccurredAtMs,
    lastReceivedAtMs: row.lastReceivedAtMs,
  };
  return outOfRange ? { ...figures, outOfRange } : figures;
}

const NOTHING = emptyCounters(0);
const SHORT_MINUTES = 5;
const MIDDLE_MINUTES = 15;

/** A window of n minutes is the running minute and the n − 1 before it, by when events occurred. */
function firstMinute(nowMs: number): number {
  return Math.floor(nowMs / MINUTE_MS) - WINDOW_MINUTES_MAX + 1;
}

interface Windows {
  readonly last5m: Counters;
  readonly last15m: Counters;
  readonly last60m: Counters;
  readonly outOfRange: boolean;
}

/** Minutes in memory are few, and fewer than a window has. */
function recent(campaign: HotCampaign, nowMs: number): Windows {
  const now = Math.floor(nowMs / MINUTE_MS);
  const last5m = emptyCounters(campaign.row.partition);
  const last15m = emptyCounters(campaign.row.partition);
  const last60m = emptyCounters(campaign.row.partition);
  for (const [minute, row] of campaign.minutes.entries()) {
    const age = now - minute;
    if (age < 0 || age >= WINDOW_MINUTES_MAX) continue;
    addRow(last60m, row);
    if (age < MIDDLE_MINUTES) addRow(last15m, row);
    if (age < SHORT_MINUTES) addRow(last5m, row);
  }
  return {
    last5m: countersOf(last5m),
    last15m: countersOf(last15m),
    last60m: countersOf(last60m),
    outOfRange: last60m.outOfRange,
  };
}
