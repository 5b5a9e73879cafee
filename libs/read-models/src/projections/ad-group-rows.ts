import { AD_GROUPS_MAX, type AdGroupFigures, OTHER_AD_GROUPS, type Total } from '@flightdeck/domain';
import type { AdFact } from '../ad-fact/ad-fact.js';
import { addMoney, MONEY_SLOTS, moneyAt, slot } from './counters.js';

/** Where a row has what; the order is the stored one, for as long as the projection's version lives. */
const GROSS = 0;
const NET = 2;
const OUT_OF_RANGE = 4;
const DAYS = 5;
/** Days of which an ad group's spend is told: today's, and those that late events can still be booked on. */
export const AD_GROUP_DAYS_KEPT = 4;
/** Of a day: its number (0: none), and net micros and nanos. */
const DAY_SLOTS = 1 + MONEY_SLOTS;
export const AD_GROUP_SLOTS = DAYS + AD_GROUP_DAYS_KEPT * DAY_SLOTS;
/** Beside the stored slots: the last event folded in, and whether the row changed since it was written. */
const REVISION = AD_GROUP_SLOTS;
const DIRTY = REVISION + 1;
const ROW_SLOTS = DIRTY + 1;
const GROWTH = 2;
/** Up to here, looking through the ids is as quick as a map of them. */
const LISTED_MAX = 8;

/** What costs nothing is no spend of any ad group. */
export function isAdGroupSpend({ adGroup, cost }: AdFact): boolean {
  return adGroup !== '' && (cost.micros !== 0 || cost.nanos !== 0);
}

/** Spend of the ad groups of one campaign, in memory: one row each, one after the other in one array of numbers. */
export class AdGroupRows {
  /** Every stored ad group of the campaign is here. */
  isComplete = false;
  private readonly ids: string[] = [];
  private places: Map<string, number> | undefined;
  private slots = new Float64Array(ROW_SLOTS);
  /** Of the last event: the next mostly is of the same. */
  private lastId = '';
  private lastAt = 0;

  get size(): number {
    return this.ids.length;
  }

  idOf(index: number): string {
    return this.ids[index] ?? '';
  }

  /**
   * Counts what an event cost; false when its row has seen it. Beyond {@link AD_GROUPS_MAX} the first in the ledger keep their rows
   * and all others share one: which are the first is the same however the ledger was cut into batches.
   */
  count(fact: AdFact, day: number): boolean {
    const at = this.rowOf(fact.adGroup);
    const { slots } = this;
    if (fact.revision <= slot(slots, at + REVISION)) return false;
    slots[at + REVISION] = fact.revision;
    const { type, ivt, cost } = fact;
    const outAt = at + OUT_OF_RANGE;
    if (type !== 'adjustment') addMoney(slots, at + GROSS, cost.micros, cost.nanos, outAt);
    if (ivt !== undefined && type !== 'adjustment') return true;
    addMoney(slots, at + NET, cost.micros, cost.nanos, outAt);
    const dayAt = dayOf(slots, at, day);
    if (dayAt >= 0) addMoney(slots, dayAt + 1, cost.micros, cost.nanos, outAt);
    return true;
  }

  /** Notes that the row last counted in has to be written; false when that was known. */
  change(): boolean {
    const at = this.lastAt + DIRTY;
    if (this.slots[at] === 1) return false;
    this.slots[at] = 1;
    return true;
  }

  forEachChanged(visit: (index: number) => void): void {
    for (let index = 0; index < this.size; index++)
      if (this.slots[index * ROW_SLOTS + DIRTY] === 1) visit(index);
  }

  /** A row as it is stored, which from now on it is, and its revision. */
  encode(index: number): { readonly revision: number; readonly value: Buffer } {
    const at = index * ROW_SLOTS;
    this.slots[at + DIRTY] = 0;
    const value = Buffer.from(this.slots.slice(at, at + AD_GROUP_SLOTS).buffer);
    return { revision: slot(this.slots, at + REVISION), value };
  }

  /** Takes a stored row in, unless it is here already. */
  decode(adGroupId: string, revision: number, value: Uint8Array): void {
    if (this.find(adGroupId) >= 0) return;
    const at = this.add(adGroupId);
    new Uint8Array(this.slots.buffer, at * Float64Array.BYTES_PER_ELEMENT).set(value);
    this.slots[at + REVISION] = revision;
  }

  /** What each has spent, on a day and altogether, by id. */
  figures(day: number): readonly AdGroupFigures[] {
    const { slots } = this;
    return this.ids
      .map((adGroupId, index) => {
        const at = index * ROW_SLOTS;
        return {
          adGroupId,
          today: dayTotal(slots, at, day),
          lifetime: moneyAt(slots, at + NET),
          grossLifetime: moneyAt(slots, at + GROSS),
        };
      })
      .sort((a, b) => (a.adGroupId < b.adGroupId ? -1 : 1));
  }

  /** A row's fields, for people and programs to compare. */
  describe(index: number): Readonly<Record<string, unknown>> {
    const { slots } = this;
    const at = index * ROW_SLOTS;
    const days = Array.from({ length: AD_GROUP_DAYS_KEPT }, (_, i) => slot(slots, at + DAYS + i * DAY_SLOTS));
    return {
      revision: slot(slots, at + REVISION),
      gross: moneyAt(slots, at + GROSS),
      net: moneyAt(slots, at + NET),
      days: Object.fromEntries(days.flatMap((day) => (day === 0 ? [] : [[day, dayTotal(slots, at, day)]]))),
      outOfRange: slots[at + OUT_OF_RANGE] === 1,
    };
  }

  private rowOf(adGroupId: string): number {
    if (adGroupId !== this.lastId) {
      const known = this.find(adGroupId);
      this.lastAt = known >= 0 ? known : this.place(adGroupId);
      this.lastId = adGroupId;
    }
    return this.lastAt;
  }

  private place(adGroupId: string): number {
    const others = this.find(OTHER_AD_GROUPS);
    const named = this.size - (others >= 0 ? 1 : 0);
    if (named < AD_GROUPS_MAX) return this.add(adGroupId);
    return others >= 0 ? others : this.add(OTHER_AD_GROUPS);
  }

  private find(adGroupId: string): number {
    const index =
      this.places === undefined ? this.ids.indexOf(adGroupId) : (this.places.get(adGroupId) ?? -1);
    return index < 0 ? -1 : index * ROW_SLOTS;
  }

  private add(adGroupId: string): number {
    const at = this.size * ROW_SLOTS;
    if (at === this.slots.length) {
      const slots = new Float64Array(this.slots.length * GROWTH);
      slots.set(this.slots);
      this.slots = slots;
    }
    this.ids.push(adGroupId);
    this.places?.set(adGroupId, this.size - 1);
    if (this.size > LISTED_MAX) this.places ??= new Map(this.ids.map((id, index) => [id, index]));
    this.slots[at + REVISION] = -1;
    return at;
  }
}

/** Where a day has its place in a row; −1 for a day older than all that are kept. */
function dayOf(slots: Float64Array, at: number, day: number): number {
  let oldest = at + DAYS;
  for (let i = 0; i < AD_GROUP_DAYS_KEPT; i++) {
    const place = at + DAYS + i * DAY_SLOTS;
    if (slots[place] === day) return place;
    if (slot(slots, place) < slot(slots, oldest)) oldest = place;
  }
  if (slot(slots, oldest) > day) return -1;
  slots.fill(0, oldest, oldest + DAY_SLOTS);
  slots[oldest] = day;
  return oldest;
}

function dayTotal(slots: Float64Array, at: number, day: number): Total {
  for (let i = 0; i < AD_GROUP_DAYS_KEPT; i++) {
    const place = at + DAYS + i * DAY_SLOTS;
    if (slots[place] === day) return moneyAt(slots, place + 1);
  }
  return { micros: 0, nanos: 0 };
}
