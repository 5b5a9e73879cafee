import { HOUR_MS, MINUTE_MS } from '@flightdeck/domain';
import type { ReadModelStore, Row } from '../read-model-store.js';
import { AD_GROUPS_MAX } from '@flightdeck/domain';
import { AdGroupRows } from './ad-group-rows.js';
import { HotCampaign, KIND, type PeriodKind, TABLES } from './hot-campaign.js';
import {
  AD_GROUP_TABLE,
  adGroupIn,
  adGroupKey,
  CAMPAIGN_TABLE,
  dayNumber,
  MINUTE_TABLE,
  periodIn,
  periodKey,
} from './row-keys.js';
import { decodeCampaign, decodeCounters } from './row-codec.js';

/** Rows kept in memory over all campaigns, about 160 bytes each, and a campaign's own some 500 more; above, the campaigns longest unused are let go. */
export const HOT_ROWS_MAX = 500_000;
/** Share of the limit that is kept, so that letting go is rare. */
const TRIM_TO = 0.8;
/** Rows kept of one campaign's minutes, hours and days; above, the oldest half is let go. */
const ROWS_MAX = { [KIND.minute]: 180, [KIND.hour]: 16, [KIND.day]: 8 } as const;
/** The longest recent window. */
export const WINDOW_MINUTES_MAX = 60;
/** The minutes of the longest window, and those after it that make it likely that these are all. */
const MINUTES_FILL_MAX = 2 * WINDOW_MINUTES_MAX;
/** Ranges of the store read side by side. */
const RANGES_AT_ONCE_MAX = 32;
const PERIOD_KINDS = [KIND.day, KIND.hour, KIND.minute] as const;

/** A row that the store may hold. */
interface ColdRow {
  readonly campaign: HotCampaign;
  readonly kind: PeriodKind;
  readonly period: number;
  readonly at: number;
}

/** A bounded cache of campaigns' rows over a store. Rows not yet filled from the store are listed until {@link fill}. */
export class HotCampaigns {
  private readonly campaigns = new Map<string, HotCampaign>();
  private changed: HotCampaign[] = [];
  private coldCampaigns: HotCampaign[] = [];
  private coldRows: ColdRow[] = [];
  private coldAdGroups: HotCampaign[] = [];
  private rows = 0;
  private turns = 0;

  constructor(
    private readonly store: ReadModelStore,
    private readonly rowsMax = HOT_ROWS_MAX,
  ) {}

  /** Begins a turn: what is used in it is newer than what was used before. */
  turn(): number {
    return ++this.turns;
  }

  get(campaignId: string): HotCampaign | undefined {
    const campaign = this.campaigns.get(campaignId);
    if (campaign !== undefined) campaign.usedAt = this.turns;
    return campaign;
  }

  /** The campaign; {@link fillCampaigns} before asking for its other rows, or using it. */
  campaign(campaignId: string, partition: number): HotCampaign {
    const known = this.get(campaignId);
    if (known !== undefined) return known;
    const campaign = new HotCampaign(campaignId, partition);
    campaign.usedAt = this.turns;
    this.campaigns.set(campaignId, campaign);
    this.coldCampaigns.push(campaign);
    this.rows += 1;
    return campaign;
  }

  /**
   * Sees to the rows of a campaign's day (its own) and of the UTC hour and minute around an instant, whose places the campaign
   * then says; {@link fillRows} before using them. Places stay until the next {@link committed}.
   */
  rowsAt(campaign: HotCampaign, day: string, atMs: number): void {
    const minute = Math.floor(atMs / MINUTE_MS);
    if (campaign.lastMinute === minute && campaign.lastDay === day) return;
    campaign.lastDay = day;
    campaign.lastMinute = minute;
    campaign.dayAt = this.row(campaign, KIND.day, dayNumber(day));
    campaign.hourAt = this.row(campaign, KIND.hour, Math.floor(atMs / HOUR_MS));
    campaign.minuteAt = this.row(campaign, KIND.minute, minute);
  }

  /** Where the row of a period is; {@link fillRows} before using it. */
  row(campaign: HotCampaign, kind: PeriodKind, period: number): number {
    const known = campaign.rowAt(kind, period);
    if (known >= 0) return known;
    const at = campaign.add(kind, period);
    this.rows += 1;
    if (!campaign.isCompleteFrom(kind, period)) this.coldRows.push({ campaign, kind, period, at });
    return at;
  }

  /** The rows of a campaign's ad groups; {@link fillRows} before using them. */
  adGroups(campaign: HotCampaign): AdGroupRows {
    if (campaign.adGroups !== undefined) return campaign.adGroups;
    const rows = new AdGroupRows();
    campaign.adGroups = rows;
    rows.isComplete = campaign.isNew;
    if (!campaign.isNew) this.coldAdGroups.push(campaign);
    return rows;
  }

  /** Notes that there is a row more of an ad group. */
  grew(rows: number): void {
    this.rows += rows;
  }

  /** Notes that rows of the campaign are not in the store as they are here. */
  change(campaign: HotCampaign): void {
    if (campaign.isChanged) return;
    campaign.isChanged = true;
    this.changed.push(campaign);
  }

  /** Fills campaigns asked for since the last time; does not wait when the store does not. */
  async fillCampaigns(): Promise<void> {
    if (this.coldCampaigns.length === 0) return;
    const campaigns = this.coldCampaigns;
    this.coldCampaigns = [];
    const stored = await load(
      this.store,
      CAMPAIGN_TABLE,
      campaigns.map(({ campaignId }) => campaignId),
    );
    campaigns.forEach((campaign, i) => {
      const found = stored[i];
      if (found !== undefined) decodeCampaign(found, campaign);
      else {
        campaign.isNew = true;
        for (const kind of PERIOD_KINDS) campaign.completed(kind, -Infinity);
      }
    });
  }

  /** Fills days, hours, minutes and ad groups asked for since the last time. */
  async fillRows(): Promise<void> {
    if (this.coldAdGroups.length > 0) await this.fillAdGroups();
    if (this.coldRows.length === 0) return;
    const cold = this.coldRows;
    this.coldRows = [];
    for (const kind of PERIOD_KINDS) {
      const rows = cold.filter((row) => row.kind === kind);
      const stored = await load(
        this.store,
        TABLES[kind],
        rows.map(({ campaign, period }) => campaign.keyOf(kind, period)),
      );
      rows.forEach(({ campaign, at }, i) => {
        const found = stored[i];
        if (found !== undefined) decodeCounters(found, campaign.slots, at);
      });
    }
  }

  /** A row used before it was filled would be written over what is stored. @throws when there is one. */
  assertFilled(): void {
    if (this.coldCampaigns.length + this.coldRows.length + this.coldAdGroups.length > 0) {
      throw new Error('Rows were used before they were filled.');
    }
  }

  /** Puts every stored minute of the campaign from `fromMinute` on in memory. */
  async fillMinutes(campaign: HotCampaign, fromMinute: number): Promise<void> {
    if (campaign.isCompleteFrom(KIND.minute, fromMinute)) return;
    const { campaignId } = campaign;
    const stored = await this.store.range(MINUTE_TABLE, {
      from: periodKey(campaignId, fromMinute),
      to: `${campaignId}0`,
      max: MINUTES_FILL_MAX,
    });
    for (const found of stored) {
      const minute = periodIn(found.key);
      if (campaign.rowAt(KIND.minute, minute) >= 0) continue;
      const at = campaign.add(KIND.minute, minute);
      decodeCounters(found, campaign.slots, at);
      this.rows += 1;
    }
    if (stored.length < MINUTES_FILL_MAX) campaign.completed(KIND.minute, fromMinute);
  }

  /** The campaigns changed since the last time, which a commit begins to write. */
  takeChanged(): readonly HotCampaign[] {
    const { changed } = this;
    this.changed = [];
    for (const campaign of changed) {
      campaign.isChanged = false;
      campaign.isCommitting = true;
    }
    return changed;
  }

  /** Rows of these campaigns that are not dirty again are in the store now: lets go of what is over the limits. */
  committed(campaigns: readonly HotCampaign[]): void {
    for (const campaign of campaigns) {
      campaign.isCommitting = false;
      for (const kind of PERIOD_KINDS) this.rows -= campaign.trim(kind, ROWS_MAX[kind]);
    }
    this.trim();
  }

  /** Lets go of the campaigns longest unused and unchanged while there are too many rows. */
  trim(): void {
    if (this.rows <= this.rowsMax) return;
    const byUse = [...this.campaigns.values()].sort((a, b) => a.usedAt - b.usedAt);
    for (const campaign of byUse) {
      if (this.rows <= this.rowsMax * TRIM_TO) break;
      if (campaign.isChanged || campaign.isCommitting) continue;
      this.rows -= campaign.rowCount;
      this.campaigns.delete(campaign.campaignId);
    }
  }

  /** Forgets everything: the store is the truth again. */
  clear(): void {
    this.campaigns.clear();
    this.changed = [];
    this.coldCampaigns = [];
    this.coldRows = [];
    this.coldAdGroups = [];
    this.rows = 0;
  }

  /** Campaigns side by side, so many at once. */
  private async fillAdGroups(): Promise<void> {
    const cold = this.coldAdGroups;
    this.coldAdGroups = [];
    for (let from = 0; from < cold.length; from += RANGES_AT_ONCE_MAX)
      await Promise.all(cold.slice(from, from + RANGES_AT_ONCE_MAX).map((one) => this.fillAdGroupsOf(one)));
  }

  private async fillAdGroupsOf({ campaignId, adGroups }: HotCampaign): Promise<void> {
    if (adGroups === undefined) return;
    const range = { from: adGroupKey(campaignId, ''), to: `${campaignId}0`, max: AD_GROUPS_MAX + 1 };
    for (const { key, revision, value } of await this.store.range(AD_GROUP_TABLE, range))
      adGroups.decode(adGroupIn(key), revision, value);
    adGroups.isComplete = true;
    this.rows += adGroups.size;
  }
}

async function load(
  store: ReadModelStore,
  table: string,
  keys: readonly string[],
): Promise<readonly (Row | undefined)[]> {
  const loaded = store.load(table, keys);
  return loaded instanceof Promise ? await loaded : loaded;
}
