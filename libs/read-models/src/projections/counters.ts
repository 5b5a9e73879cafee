import { addInto, type Counters, MoneyOverflow } from '@flightdeck/domain';
import type { AdFact } from '../ad-fact/ad-fact.js';

/**
 * Counters as a fold keeps them: slots of a Float64Array, {@link COUNTER_SLOTS} from a row's place on. A campaign has many rows,
 * and as objects they cost three times the memory and the collector's time. The order is the stored one, for as long as the
 * projections' version lives.
 */
export const SLOT = {
  /** The first event in it; −1: nothing yet. */
  fromRevision: 0,
  impressions: 1,
  views: 2,
  clicks: 3,
  conversions: 4,
  events: 5,
  givt: 6,
  sivt: 7,
  attributedConversions: 8,
  /** Micros, and nanos after them; so with the two below. */
  gross: 9,
  net: 11,
  attributedValue: 13,
  /** 1: a sum left ±2^53 micros; what would have overflowed was left out, and readers are told. */
  outOfRange: 15,
  /** The last event folded in; not among the stored slots, for every stored row has its revision. */
  revision: 16,
} as const;
export const COUNTER_SLOTS = 16;

/** A row of its own, with nothing in it. */
export function emptyCounters(): Float64Array {
  const slots = new Float64Array(COUNTER_SLOTS + 1);
  emptyAt(slots, 0);
  return slots;
}

/** Makes zeroed slots a row with nothing in it. */
export function emptyAt(slots: Float64Array, at: number): void {
  slots[at + SLOT.fromRevision] = -1;
  slots[at + SLOT.revision] = -1;
}

/** The value of one slot. */
export function slot(slots: Float64Array, at: number): number {
  return slots[at] ?? 0;
}

/**
 * Counts one event, unless the row has seen it. Gross counts everything that costs; net leaves invalid traffic out and
 * applies adjustments, which are no traffic and never gross (domain.md §1).
 */
export function count(slots: Float64Array, at: number, fact: AdFact, attributed: boolean): boolean {
  if (fact.revision <= slot(slots, at + SLOT.revision)) return false;
  slots[at + SLOT.revision] = fact.revision;
  if (slot(slots, at) < 0) slots[at] = fact.revision;
  increment(slots, at + SLOT.events);
  if (fact.ivt === undefined) countValid(slots, at, fact);
  else increment(slots, at + (fact.ivt === 'givt' ? SLOT.givt : SLOT.sivt));
  const { micros, nanos } = fact.cost;
  if (micros !== 0 || nanos !== 0) {
    if (fact.type !== 'adjustment') addMoney(slots, at + SLOT.gross, micros, nanos, at + SLOT.outOfRange);
    if (fact.ivt === undefined || fact.type === 'adjustment')
      addMoney(slots, at + SLOT.net, micros, nanos, at + SLOT.outOfRange);
  }
  if (attributed) credit(slots, at, fact.valueMicros);
  return true;
}

/** Books a conversion's attribution, which may come after the conversion itself. */
export function credit(slots: Float64Array, at: number, valueMicros: number): void {
  increment(slots, at + SLOT.attributedConversions);
  addMoney(slots, at + SLOT.attributedValue, valueMicros, 0, at + SLOT.outOfRange);
}

/** Adds the counts and money of the row at `at` of `slots` to the row that `sum` is. */
export function addRow(sum: Float64Array, slots: Float64Array, at: number): void {
  for (const i of COUNTS) sum[i] = slot(sum, i) + slot(slots, at + i);
  for (const money of MONEY)
    addMoney(sum, money, slot(slots, at + money), slot(slots, at + money + 1), SLOT.outOfRange);
  if (slots[at + SLOT.outOfRange] === 1) sum[SLOT.outOfRange] = 1;
}

/** A copy to hand out. */
export function countersAt(slots: Float64Array, at: number): Counters {
  return {
    impressions: slot(slots, at + SLOT.impressions),
    views: slot(slots, at + SLOT.views),
    clicks: slot(slots, at + SLOT.clicks),
    conversions: slot(slots, at + SLOT.conversions),
    events: slot(slots, at + SLOT.events),
    givt: slot(slots, at + SLOT.givt),
    sivt: slot(slots, at + SLOT.sivt),
    gross: moneyAt(slots, at + SLOT.gross),
    net: moneyAt(slots, at + SLOT.net),
    attributedConversions: slot(slots, at + SLOT.attributedConversions),
    attributedValue: moneyAt(slots, at + SLOT.attributedValue),
  };
}

const COUNTS = [
  SLOT.impressions,
  SLOT.views,
  SLOT.clicks,
  SLOT.conversions,
  SLOT.events,
  SLOT.givt,
  SLOT.sivt,
  SLOT.attributedConversions,
] as const;
const MONEY = [SLOT.gross, SLOT.net, SLOT.attributedValue] as const;
/** Where the domain's sums are reckoned. */
const scratch = { micros: 0, nanos: 0 };

/** Slots of a sum of money: micros, and nanos after them. */
export const MONEY_SLOTS = 2;

/** The sum at `at`. */
export function moneyAt(
  slots: Float64Array,
  at: number,
): { readonly micros: number; readonly nanos: number } {
  return { micros: slot(slots, at), nanos: slot(slots, at + 1) };
}

function increment(slots: Float64Array, at: number): void {
  slots[at] = slot(slots, at) + 1;
}

function countValid(slots: Float64Array, at: number, fact: AdFact): void {
  switch (fact.type) {
    case 'impression':
      increment(slots, at + SLOT.impressions);
      break;
    case 'view':
      increment(slots, at + SLOT.views);
      break;
    case 'click':
      increment(slots, at + SLOT.clicks);
      break;
    case 'conversion':
      increment(slots, at + SLOT.conversions);
      break;
    case 'spend':
    case 'adjustment':
      break;
  }
}

/** Adds to the sum at `at`. One campaign's impossible sums must not stop the fold of all others, so such a sum is left as it is and marked. */
export function addMoney(
  slots: Float64Array,
  at: number,
  micros: number,
  nanos: number,
  outOfRangeAt: number,
): void {
  scratch.micros = slot(slots, at);
  scratch.nanos = slot(slots, at + 1);
  try {
    addInto(scratch, micros, nanos);
  } catch (error) {
    if (!(error instanceof MoneyOverflow)) throw error;
    slots[outOfRangeAt] = 1;
    return;
  }
  slots[at] = scratch.micros;
  slots[at + 1] = scratch.nanos;
}
