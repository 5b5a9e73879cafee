import { AdGroupRows } from './ad-group-rows.js';
import { COUNTER_SLOTS, emptyAt, SLOT, slot } from './counters.js';
import {
  AD_GROUP_TABLE,
  adGroupKey,
  CAMPAIGN_TABLE,
  DAY_TABLE,
  dayKey,
  dayText,
  HOUR_TABLE,
  MINUTE_TABLE,
  periodKey,
} from './row-keys.js';

/** What a row is about: the campaign's lifetime, or one of its local days, or an hour or minute of UTC; or one of its ad groups. */
export const KIND = { campaign: 0, day: 1, hour: 2, minute: 3, adGroup: 4 } as const;
export type Kind = (typeof KIND)[keyof typeof KIND];
/** A kind of which a campaign has many rows. */
export type PeriodKind = Exclude<Kind, typeof KIND.campaign | typeof KIND.adGroup>;
export const TABLES = [CAMPAIGN_TABLE, DAY_TABLE, HOUR_TABLE, MINUTE_TABLE, AD_GROUP_TABLE] as const;

/** After the counters and their revision: which row it is, and whether it changed since it was last taken to be written. */
const PERIOD = COUNTER_SLOTS + 1;
const STATE = PERIOD + 1;
const ROW_SLOTS = STATE + 1;
const DIRTY = 4;
/** Rows that there is room for at first: the campaign, a day, an hour, a minute. */
const ROOM = 4;
const GROWTH = 1.5;

/** Where the campaign's own row is in its slots. */
export const OWN_ROW = 0;

/** A campaign in memory: its rows, one after the other in {@link slots}, and what else its own row says. */
export class HotCampaign {
  slots = new Float64Array(ROOM * ROW_SLOTS);
  /** Rows in memory, its own among them. */
  size = 1;
  currency: string | null = null;
  unregistered = false;
  /** −Infinity before the first event. */
  lastOccurredAtMs = -Infinity;
  lastReceivedAtMs = -Infinity;
  clicksJoined = 0;
  viewsJoined = 0;
  conversionsByClick = 0;
  conversionsByView = 0;
  /** Folded into since the last commit began, or being committed: either way it has to stay. */
  isChanged = false;
  isCommitting = false;
  /** Undefined until one spends, or is asked for. */
  adGroups: AdGroupRows | undefined;
  /** Nothing of it is in the store, so nothing of its ad groups is. */
  isNew = false;
  /** The turns (see `HotCampaigns.turn`) in which it was last used, and folded into. */
  usedAt = 0;
  touchedIn = -1;
  /** The rows of the last event: those of the next are mostly the same. Not known when the minute is no number. */
  lastDay = '';
  lastMinute = NaN;
  dayAt = 0;
  hourAt = 0;
  minuteAt = 0;
  /** Every stored row from here on is in memory. */
  private daysFrom = Infinity;
  private hoursFrom = Infinity;
  private minutesFrom = Infinity;

  constructor(
    readonly campaignId: string,
    readonly partition: number,
  ) {
    emptyAt(this.slots, OWN_ROW);
  }

  /** Rows of any kind in memory. */
  get rowCount(): number {
    return this.size + (this.adGroups?.size ?? 0);
  }

  /** Whether every ad group that ever spent is in memory. */
  get hasAllAdGroups(): boolean {
    return this.adGroups === undefined ? this.isNew : this.adGroups.isComplete;
  }

  /** Of the last event folded into it. */
  get revision(): number {
    return slot(this.slots, OWN_ROW + SLOT.revision);
  }

  /** Where the row of a period is in {@link slots}; −1 when it is not in memory. The newest are found first. */
  rowAt(kind: PeriodKind, period: number): number {
    const { slots } = this;
    for (let at = (this.size - 1) * ROW_SLOTS; at > OWN_ROW; at -= ROW_SLOTS)
      if (slots[at + PERIOD] === period && kindAt(slots, at) === kind) return at;
    return -1;
  }

  /** Where the row of a day is, −1 when it is not in memory; known at once when the last event was on it. */
  todayAt(day: string, number: number): number {
    const isLast = this.lastDay === day && !Number.isNaN(this.lastMinute);
    return isLast ? this.dayAt : this.rowAt(KIND.day, number);
  }

  /** Makes the row of a period that is not in memory. Places of other rows stay; {@link slots} may be others. */
  add(kind: PeriodKind, period: number): number {
    const at = this.size * ROW_SLOTS;
    if (at === this.slots.length) this.resize(Math.ceil(this.size * GROWTH));
    this.size += 1;
    emptyAt(this.slots, at);
    this.slots[at + PERIOD] = period;
    this.slots[at + STATE] = kind;
    return at;
  }

  /** Whether what is not in memory from `period` on is nowhere. */
  isCompleteFrom(kind: PeriodKind, period: number): boolean {
    return this.completeFrom(kind) <= period;
  }

  /** Every stored row from `period` on is in memory now. */
  completed(kind: PeriodKind, period: number): void {
    if (period < this.completeFrom(kind)) this.setCompleteFrom(kind, period);
  }

  /** Notes that a row changed; false when that was known. */
  change(at: number): boolean {
    const state = slot(this.slots, at + STATE);
    if (state >= DIRTY) return false;
    this.slots[at + STATE] = state + DIRTY;
    return true;
  }

  /** Notes that a row is written as it is now. */
  written(at: number): void {
    const state = slot(this.slots, at + STATE);
    if (state >= DIRTY) this.slots[at + STATE] = state - DIRTY;
  }

  /** Calls `visit` with the kind, the period (of an ad group: its index) and the place of every row that changed since it was written. */
  forEachChanged(visit: (kind: Kind, period: number, at: number) => void): void {
    const { slots } = this;
    for (let at = 0; at < this.size * ROW_SLOTS; at += ROW_SLOTS)
      if (slot(slots, at + STATE) >= DIRTY) visit(kindAt(slots, at), slot(slots, at + PERIOD), at);
    this.adGroups?.forEachChanged((index) => visit(KIND.adGroup, index, -1));
  }

  /** Calls `visit` with the minute and the place of every minute in memory. */
  forEachMinute(visit: (minute: number, at: number) => void): void {
    const { slots, size } = this;
    for (let at = ROW_SLOTS; at < size * ROW_SLOTS; at += ROW_SLOTS)
      if (kindAt(slots, at) === KIND.minute) visit(slot(slots, at + PERIOD), at);
  }

  /** Lets go of the oldest half of a kind when there are more than `max`, but of no row that changed; answers how many went. */
  trim(kind: PeriodKind, max: number): number {
    if (this.size <= max) return 0;
    const rows = this.rowsOf(kind);
    if (rows.length <= max) return 0;
    rows.sort((a, b) => slot(this.slots, a + PERIOD) - slot(this.slots, b + PERIOD));
    const half = rows.slice(0, Math.floor(rows.length / 2));
    const changed = half.findIndex((at) => slot(this.slots, at + STATE) >= DIRTY);
    const going = new Set(changed < 0 ? half : half.slice(0, changed));
    const firstKept = rows[going.size];
    if (firstKept !== undefined && going.size > 0) {
      const from = slot(this.slots, firstKept + PERIOD);
      if (from > this.completeFrom(kind)) this.setCompleteFrom(kind, from);
      this.keep((at) => !going.has(at));
    }
    return going.size;
  }

  /** Forgets which rows the last event had. */
  forgetLast(): void {
    this.lastMinute = NaN;
  }

  /** The key of a row in its table. */
  keyOf(kind: Kind, period: number): string {
    if (kind === KIND.campaign) return this.campaignId;
    if (kind === KIND.adGroup) return adGroupKey(this.campaignId, this.adGroups?.idOf(period) ?? '');
    return kind === KIND.day ? dayKey(this.campaignId, dayText(period)) : periodKey(this.campaignId, period);
  }

  private rowsOf(kind: PeriodKind): number[] {
    const rows: number[] = [];
    for (let at = ROW_SLOTS; at < this.size * ROW_SLOTS; at += ROW_SLOTS)
      if (kindAt(this.slots, at) === kind) rows.push(at);
    return rows;
  }

  private keep(isKept: (at: number) => boolean): void {
    const { slots } = this;
    let to = 0;
    for (let at = 0; at < this.size * ROW_SLOTS; at += ROW_SLOTS) {
      if (!isKept(at)) continue;
      slots.copyWithin(to, at, at + ROW_SLOTS);
      to += ROW_SLOTS;
    }
    slots.fill(0, to);
    this.size = to / ROW_SLOTS;
    this.resize(Math.ceil(this.size * GROWTH));
    this.forgetLast();
  }

  private resize(rows: number): void {
    const slots = new Float64Array(Math.max(rows, this.size) * ROW_SLOTS);
    slots.set(this.slots.subarray(0, this.size * ROW_SLOTS));
    this.slots = slots;
  }

  private completeFrom(kind: PeriodKind): number {
    if (kind === KIND.minute) return this.minutesFrom;
    return kind === KIND.hour ? this.hoursFrom : this.daysFrom;
  }

  private setCompleteFrom(kind: PeriodKind, period: number): void {
    if (kind === KIND.minute) this.minutesFrom = period;
    else if (kind === KIND.hour) this.hoursFrom = period;
    else this.daysFrom = period;
  }
}

function kindAt(slots: Float64Array, at: number): Kind {
  return (slot(slots, at + STATE) % DIRTY) as Kind;
}
