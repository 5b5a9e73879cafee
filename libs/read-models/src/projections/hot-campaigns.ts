import { HOUR_MS, MINUTE_MS } from '@flightdeck/domain';
import type { ReadModelStore, Row } from '../read-model-store.js';
import {
  CAMPAIGN_TABLE,
  type CampaignRow,
  DAY_TABLE,
  dayKey,
  emptyCampaignRow,
  HOUR_TABLE,
  type HotRow,
  MINUTE_TABLE,
  periodIn,
  periodKey,
} from './hot-row.js';
import { PeriodRows } from './period-rows.js';
import { decodeCampaign, decodeCounters } from './row-codec.js';

/** Rows kept in memory over all campaigns, about 400 bytes each; above, the campaigns longest unused are let go. */
export const HOT_ROWS_MAX = 500_000;
/** Share of the limit that is kept, so that letting go is rare. */
const TRIM_TO = 0.8;
/** Rows kept of one campaign's minutes, hours and days; above, the oldest half is let go. */
const MINUTES_MAX = 180;
const HOURS_MAX = 16;
const DAYS_MAX = 8;
/** The longest recent window. */
export const WINDOW_MINUTES_MAX = 60;
/** The minutes of the longest window, and those after it that make it likely that these are all. */
const MINUTES_FILL_MAX = 2 * WINDOW_MINUTES_MAX;
/** Before and after every day. */
const FIRST_DAY = '';
const AFTER_ALL_DAYS = '\uffff';

export interface HotCampaign {
  readonly campaignId: string;
  readonly row: CampaignRow;
  days: PeriodRows<string>;
  hours: PeriodRows<number>;
  minutes: PeriodRows<number>;
  /** Folded into since the last commit began, or being committed: either way it has to stay. */
  isChanged: boolean;
  isCommitting: boolean;
  /** The turns (see {@link HotCampaigns.turn}) in which it was last used, and folded into. */
  usedAt: number;
  touchedIn: number;
  /** The rows of the last event: those of the next are mostly the same. */
  last: CampaignRows | undefined;
}

/** The rows one event of a campaign is folded into, beside the campaign's own. */
export interface CampaignRows {
  readonly day: string;
  readonly minute: number;
  readonly dayRow: HotRow;
  readonly hourRow: HotRow;
  readonly minuteRow: HotRow;
}

/** A bounded cache of campaigns' rows over a store. Rows not yet filled from the store are listed until {@link fill}. */
export class HotCampaigns {
  private readonly campaigns = new Map<string, HotCampaign>();
  private changed: HotCampaign[] = [];
  private coldCampaigns: HotCampaign[] = [];
  private coldRows: HotRow[] = [];
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
    const campaign: HotCampaign = {
      campaignId,
      row: emptyCampaignRow(campaignId, partition),
      days: new PeriodRows<string>(DAY_TABLE, dayKey, AFTER_ALL_DAYS),
      hours: new PeriodRows(HOUR_TABLE, periodKey, Infinity),
      minutes: new PeriodRows(MINUTE_TABLE, periodKey, Infinity),
      isChanged: false,
      isCommitting: false,
      usedAt: this.turns,
      touchedIn: -1,
      last: undefined,
    };
    this.campaigns.set(campaignId, campaign);
    this.coldCampaigns.push(campaign);
    this.rows += 1;
    return campaign;
  }

  /** The rows of a campaign's day (its own) and of the UTC hour and minute around an instant; {@link fillRows} before using them. */
  rowsAt(campaign: HotCampaign, day: string, atMs: number): CampaignRows {
    const minute = Math.floor(atMs / MINUTE_MS);
    const { last } = campaign;
    if (last !== undefined && last.minute === minute && last.day === day) return last;
    const hour = Math.floor(atMs / HOUR_MS);
    const rows = {
      day,
      minute,
      dayRow: this.day(campaign, day),
      hourRow: campaign.hours.get(hour) ?? this.add(campaign, campaign.hours, hour),
      minuteRow: campaign.minutes.get(minute) ?? this.add(campaign, campaign.minutes, minute),
    };
    campaign.last = rows;
    return rows;
  }

  day(campaign: HotCampaign, day: string): HotRow {
    return campaign.days.get(day) ?? this.add(campaign, campaign.days, day);
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
      if (found !== undefined) {
        decodeCampaign(found, campaign.row);
        return;
      }
      campaign.days.completed(FIRST_DAY);
      campaign.hours.completed(-Infinity);
      campaign.minutes.completed(-Infinity);
    });
  }

  /** Fills days, hours and minutes asked for since the last time. */
  async fillRows(): Promise<void> {
    if (this.coldRows.length === 0) return;
    const cold = this.coldRows;
    this.coldRows = [];
    for (const table of [DAY_TABLE, HOUR_TABLE, MINUTE_TABLE]) {
      const rows = cold.filter((row) => row.table === table);
      const stored = await load(
        this.store,
        table,
        rows.map(({ key }) => key),
      );
      rows.forEach((row, i) => {
        const found = stored[i];
        if (found !== undefined) decodeCounters(found, row);
      });
    }
  }

  /** A row used before it was filled would be written over what is stored. @throws when there is one. */
  assertFilled(): void {
    if (this.coldCampaigns.length + this.coldRows.length > 0) {
      throw new Error('Rows were used before they were filled.');
    }
  }

  /** Puts every stored minute of the campaign from `fromMinute` on in memory. */
  async fillMinutes(campaign: HotCampaign, fromMinute: number): Promise<void> {
    const { minutes, campaignId, row } = campaign;
    if (minutes.isCompleteFrom(fromMinute)) return;
    const stored = await this.store.range(MINUTE_TABLE, {
      from: periodKey(campaignId, fromMinute),
      to: `${campaignId}0`,
      max: MINUTES_FILL_MAX,
    });
    for (const found of stored) {
      const minute = periodIn(found.key);
      if (minutes.get(minute) !== undefined) continue;
      decodeCounters(found, minutes.add(campaignId, row.partition, minute).row);
      this.rows += 1;
    }
    if (stored.length < MINUTES_FILL_MAX) minutes.completed(fromMinute);
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
      campaign.last = undefined;
      this.rows -=
        campaign.minutes.trim(MINUTES_MAX) + campaign.hours.trim(HOURS_MAX) + campaign.days.trim(DAYS_MAX);
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
      this.rows -= 1 + campaign.days.size + campaign.hours.size + campaign.minutes.size;
      this.campaigns.delete(campaign.campaignId);
    }
  }

  /** Forgets everything: the store is the truth again. */
  clear(): void {
    this.campaigns.clear();
    this.changed = [];
    this.coldCampaigns = [];
    this.coldRows = [];
    this.rows = 0;
  }

  private add<Period extends string | number>(
    { campaignId, row: { partition } }: HotCampaign,
    rows: PeriodRows<Period>,
    period: Period,
  ): HotRow {
    const { row, isCold } = rows.add(campaignId, partition, period);
    this.rows += 1;
    if (isCold) this.coldRows.push(row);
    return row;
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
