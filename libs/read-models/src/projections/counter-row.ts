import {
  addInto,
  addTotalInto,
  type Counters,
  MoneyOverflow,
  type TotalAccumulator,
} from '@flightdeck/domain';
import type { AdFact } from '../ad-fact/ad-fact.js';

/** Counters as a fold keeps them, with the ledger range of what is in them (−1: nothing yet). */
export interface CounterRow {
  readonly partition: number;
  /** The last event folded in. */
  revision: number;
  fromRevision: number;
  impressions: number;
  views: number;
  clicks: number;
  conversions: number;
  events: number;
  givt: number;
  sivt: number;
  attributedConversions: number;
  readonly gross: TotalAccumulator;
  readonly net: TotalAccumulator;
  readonly attributedValue: TotalAccumulator;
  /** A sum left ±2^53 micros: what would have overflowed was left out, and readers are told. */
  outOfRange: boolean;
}

export function emptyCounters(partition: number): CounterRow {
  return {
    partition,
    revision: -1,
    fromRevision: -1,
    impressions: 0,
    views: 0,
    clicks: 0,
    conversions: 0,
    events: 0,
    givt: 0,
    sivt: 0,
    attributedConversions: 0,
    gross: { micros: 0, nanos: 0 },
    net: { micros: 0, nanos: 0 },
    attributedValue: { micros: 0, nanos: 0 },
    outOfRange: false,
  };
}

/**
 * Counts one event, unless the row has seen it. Gross counts everything that costs; net leaves invalid traffic out and
 * applies adjustments, which are no traffic and never gross (domain.md §1).
 */
export function count(row: CounterRow, fact: AdFact, attributed: boolean): boolean {
  if (fact.revision <= row.revision) return false;
  row.revision = fact.revision;
  if (row.fromRevision < 0) row.fromRevision = fact.revision;
  row.events += 1;
  if (fact.ivt === undefined) countValid(row, fact);
  else row[fact.ivt] += 1;
  if (fact.type !== 'adjustment') add(row, row.gross, fact.cost);
  if (fact.ivt === undefined || fact.type === 'adjustment') add(row, row.net, fact.cost);
  if (attributed) credit(row, fact.valueMicros);
  return true;
}

/** Books a conversion's attribution, which may come after the conversion itself. */
export function credit(row: CounterRow, valueMicros: number): void {
  row.attributedConversions += 1;
  try {
    addInto(row.attributedValue, valueMicros, 0);
  } catch (error) {
    overflowed(row, error);
  }
}

/** Adds the counts and money of `row` to `sum`. */
export function addRow(sum: CounterRow, row: CounterRow): void {
  sum.impressions += row.impressions;
  sum.views += row.views;
  sum.clicks += row.clicks;
  sum.conversions += row.conversions;
  sum.events += row.events;
  sum.givt += row.givt;
  sum.sivt += row.sivt;
  sum.attributedConversions += row.attributedConversions;
  add(sum, sum.gross, row.gross);
  add(sum, sum.net, row.net);
  add(sum, sum.attributedValue, row.attributedValue);
  if (row.outOfRange) sum.outOfRange = true;
}

/** A copy to hand out. */
export function countersOf(row: CounterRow): Counters {
  return {
    impressions: row.impressions,
    views: row.views,
    clicks: row.clicks,
    conversions: row.conversions,
    events: row.events,
    givt: row.givt,
    sivt: row.sivt,
    gross: { micros: row.gross.micros, nanos: row.gross.nanos },
    net: { micros: row.net.micros, nanos: row.net.nanos },
    attributedConversions: row.attributedConversions,
    attributedValue: { micros: row.attributedValue.micros, nanos: row.attributedValue.nanos },
  };
}

function countValid(row: CounterRow, fact: AdFact): void {
  switch (fact.type) {
    case 'impression':
      row.impressions += 1;
      break;
    case 'view':
      row.views += 1;
      break;
    case 'click':
      row.clicks += 1;
      break;
    case 'conversion':
      row.conversions += 1;
      break;
    case 'spend':
    case 'adjustment':
      break;
  }
}

function add(row: CounterRow, sum: TotalAccumulator, amount: TotalAccumulator): void {
  try {
    addTotalInto(sum, amount);
  } catch (error) {
    overflowed(row, error);
  }
}

/** One campaign's impossible sums must not stop the fold of all others. */
function overflowed(row: CounterRow, error: unknown): void {
  if (!(error instanceof MoneyOverflow)) throw error;
  row.outOfRange = true;
}
