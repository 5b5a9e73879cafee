import { STREAM } from '@flightdeck/contracts';
import { type CampaignFigures, type Counters, MINUTE_MS, ZERO } from '@flightdeck/domain';
import { addRow, countersAt, emptyCounters, moneyAt, SLOT } from './projections/counters.js';
import { type HotCampaign, KIND, OWN_ROW } from './projections/hot-campaign.js';
import { type HotCampaigns, WINDOW_MINUTES_MAX } from './projections/hot-campaigns.js';
import { CAMPAIGN_TABLE, dayNumber } from './projections/row-keys.js';
import type { ReadModelStore } from './read-model-store.js';
import type { FiguresRequest, Spent, SpentRequest } from './read-models.js';

/** Whether everything that {@link figuresOf} needs is in memory. */
export function isHot(
  campaign: HotCampaign | undefined,
  { day, adGroups = false }: Pick<FiguresRequest, 'day' | 'adGroups'>,
  nowMs: number,
): campaign is HotCampaign {
  if (campaign === undefined || !campaign.isCompleteFrom(KIND.minute, firstMinute(nowMs))) return false;
  if (adGroups && !campaign.hasAllAdGroups) return false;
  return isSpentHot(campaign, day);
}

/** Brings what {@link figuresOf} needs into memory, for the campaigns that have events. */
export async function warm(
  store: ReadModelStore,
  campaigns: HotCampaigns,
  requests: readonly FiguresRequest[],
  nowMs: number,
): Promise<void> {
  const cold = requests.filter((request) => !isHot(campaigns.get(request.campaignId), request, nowMs));
  for (const { campaign, request } of await found(store, campaigns, cold)) {
    campaigns.row(campaign, KIND.day, dayNumber(request.day));
    if (request.adGroups === true) campaigns.adGroups(campaign);
    await campaigns.fillMinutes(campaign, firstMinute(nowMs));
  }
  await campaigns.fillRows();
}

/** The campaigns of those requests that have events, in memory. */
async function found<Request extends { readonly campaignId: string }>(
  store: ReadModelStore,
  campaigns: HotCampaigns,
  cold: readonly Request[],
): Promise<readonly { readonly campaign: HotCampaign; readonly request: Request }[]> {
  const stored = await store.load(
    CAMPAIGN_TABLE,
    cold.map(({ campaignId }) => campaignId),
  );
  const known = cold.flatMap((request, i) => {
    const partition = campaigns.get(request.campaignId)?.partition ?? stored[i]?.partition;
    return partition === undefined
      ? []
      : [{ campaign: campaigns.campaign(request.campaignId, partition), request }];
  });
  await campaigns.fillCampaigns();
  return known;
}

/** What each has spent; what is not in memory is brought there first. Only while nothing is folded. */
export async function warmSpent(
  store: ReadModelStore,
  campaigns: HotCampaigns,
  requests: readonly SpentRequest[],
): Promise<void> {
  const cold = requests.filter(({ campaignId, day }) => !isSpentHot(campaigns.get(campaignId), day));
  for (const { campaign, request } of await found(store, campaigns, cold))
    campaigns.row(campaign, KIND.day, dayNumber(request.day));
  await campaigns.fillRows();
}

/** Whether everything that {@link spentOf} needs is in memory. */
export function isSpentHot(campaign: HotCampaign | undefined, day: string): campaign is HotCampaign {
  if (campaign === undefined) return false;
  const number = dayNumber(day);
  return campaign.isCompleteFrom(KIND.day, number) || campaign.rowAt(KIND.day, number) >= 0;
}

/** What a campaign that is in memory has spent, net. */
export function spentOf(campaign: HotCampaign, day: string): Spent {
  const { slots } = campaign;
  const today = campaign.rowAt(KIND.day, dayNumber(day));
  return {
    today: today < 0 ? ZERO : moneyAt(slots, today + SLOT.net),
    lifetime: moneyAt(slots, OWN_ROW + SLOT.net),
  };
}

/** The figures of a campaign that is hot; undefined when it has no events. */
export function figuresOf(
  campaign: HotCampaign,
  { day, adGroups = false }: Pick<FiguresRequest, 'day' | 'adGroups'>,
  nowMs: number,
): CampaignFigures | undefined {
  if (campaign.revision < 0) return undefined;
  const { slots, partition, campaignId } = campaign;
  const windows = recent(campaign, nowMs);
  const today = campaign.rowAt(KIND.day, dayNumber(day));
  const isOut = (at: number): boolean => slots[at + SLOT.outOfRange] === 1;
  const figures: CampaignFigures = {
    campaignId,
    currency: campaign.currency,
    unregistered: campaign.unregistered,
    position: { stream: STREAM.ads(partition), revision: campaign.revision },
    lifetime: countersAt(slots, OWN_ROW),
    day,
    today: today < 0 ? countersAt(NOTHING, 0) : countersAt(slots, today),
    last5m: windows.last5m,
    last15m: windows.last15m,
    last60m: windows.last60m,
    lastOccurredAtMs: campaign.lastOccurredAtMs,
    lastReceivedAtMs: campaign.lastReceivedAtMs,
    ...(adGroups ? { adGroups: campaign.adGroups?.figures(dayNumber(day)) ?? [] } : {}),
  };
  const outOfRange = windows.outOfRange || isOut(OWN_ROW) || (today >= 0 && isOut(today));
  return outOfRange ? { ...figures, outOfRange } : figures;
}

/**
 * The figures of a campaign that is hot, worked out when they are asked for: most rules look at few of them. They are those of
 * the moment, so they have to be read before anything else is folded. Undefined when it has no events.
 */
export function momentaryFigures(
  campaign: HotCampaign,
  { day, adGroups = false }: Pick<FiguresRequest, 'day' | 'adGroups'>,
  nowMs: number,
): CampaignFigures | undefined {
  if (campaign.revision < 0) return undefined;
  // What ad groups spend is a list that is there or is not: it is made at once.
  return adGroups
    ? figuresOf(campaign, { day, adGroups }, nowMs)
    : new MomentaryFigures(campaign, day, nowMs);
}

class MomentaryFigures implements CampaignFigures {
  private readonly windows = new Map<number, Counters>();
  private counted: Counters | undefined;
  private countedToday: Counters | undefined;

  constructor(
    private readonly campaign: HotCampaign,
    readonly day: string,
    private readonly nowMs: number,
  ) {}

  get campaignId(): string {
    return this.campaign.campaignId;
  }

  get currency(): string | null {
    return this.campaign.currency;
  }

  get unregistered(): boolean {
    return this.campaign.unregistered;
  }

  get position(): CampaignFigures['position'] {
    return { stream: STREAM.ads(this.campaign.partition), revision: this.campaign.revision };
  }

  get lifetime(): Counters {
    return (this.counted ??= countersAt(this.campaign.slots, OWN_ROW));
  }

  get today(): Counters {
    if (this.countedToday !== undefined) return this.countedToday;
    const at = this.campaign.todayAt(this.day, dayNumber(this.day));
    return (this.countedToday = at < 0 ? countersAt(NOTHING, 0) : countersAt(this.campaign.slots, at));
  }

  get last5m(): Counters {
    return this.last(SHORT_MINUTES);
  }

  get last15m(): Counters {
    return this.last(MIDDLE_MINUTES);
  }

  get last60m(): Counters {
    return this.last(WINDOW_MINUTES_MAX);
  }

  get lastOccurredAtMs(): number | null {
    return this.campaign.lastOccurredAtMs;
  }

  get lastReceivedAtMs(): number | null {
    return this.campaign.lastReceivedAtMs;
  }

  /** Only the window that is asked for: a rule of five minutes need not add up sixty. */
  private last(minutes: number): Counters {
    const known = this.windows.get(minutes);
    if (known !== undefined) return known;
    const sum = emptyCounters();
    const now = Math.floor(this.nowMs / MINUTE_MS);
    this.campaign.forEachMinute((minute, at) => {
      const age = now - minute;
      if (age >= 0 && age < minutes) addRow(sum, this.campaign.slots, at);
    });
    const counted = countersAt(sum, 0);
    this.windows.set(minutes, counted);
    return counted;
  }
}

const NOTHING = emptyCounters();
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
  const last5m = emptyCounters();
  const last15m = emptyCounters();
  const last60m = emptyCounters();
  campaign.forEachMinute((minute, at) => {
    const age = now - minute;
    if (age < 0 || age >= WINDOW_MINUTES_MAX) return;
    addRow(last60m, campaign.slots, at);
    if (age < MIDDLE_MINUTES) addRow(last15m, campaign.slots, at);
    if (age < SHORT_MINUTES) addRow(last5m, campaign.slots, at);
  });
  return {
    last5m: countersAt(last5m, 0),
    last15m: countersAt(last15m, 0),
    last60m: countersAt(last60m, 0),
    outOfRange: last60m[SLOT.outOfRange] === 1,
  };
}
