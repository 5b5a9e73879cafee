import type { Counters } from '../figures/figures.js';
import { MINUTE_MS } from '../time/instant.js';
import { factDefinition } from './catalog.js';
import { FACT_COUNTS, FACT_SPANS } from './fact.js';
import type { Rates } from '../metrics/rates.js';

/**
 * What can make a fact another, as bits: what is counted of a campaign, and clocks that turn. A change of its terms or its status
 * is none of them: then the campaign itself is another.
 */
export const CHANGE = {
  impressions: 1,
  views: 2,
  clicks: 4,
  conversions: 8,
  net: 16,
  gross: 32,
  traffic: 64,
  attribution: 128,
  /** A local day of the campaign begins. */
  day: 256,
  /** A quarter of an hour begins: hours of every zone begin with one. */
  quarter: 512,
  minute: 1_024,
  /** Any time passes at all. */
  moment: 2_048,
  /** What the advertiser's other campaigns spend, where the advertiser has a budget. */
  caps: 4_096,
} as const;

/** A set of {@link CHANGE}. */
export type Changes = number;

export const NO_CHANGE: Changes = 0;
export const EVERY_CHANGE: Changes = 8_191;

const RATE_CHANGES: Readonly<Record<keyof Rates, Changes>> = {
  ctr: CHANGE.clicks | CHANGE.impressions,
  cvr: CHANGE.conversions | CHANGE.clicks,
  viewability: CHANGE.views | CHANGE.impressions,
  cpc: CHANGE.net | CHANGE.clicks,
  cpa: CHANGE.net | CHANGE.conversions,
  ecpm: CHANGE.net | CHANGE.impressions,
  vcpm: CHANGE.net | CHANGE.views,
  roas: CHANGE.attribution | CHANGE.net,
};
const SPAN_CHANGES: Readonly<Record<(typeof FACT_SPANS)[number], Changes>> = {
  ...{ today: CHANGE.day, lifetime: NO_CHANGE },
  ...{ last5m: CHANGE.minute, last15m: CHANGE.minute, last60m: CHANGE.minute },
};

const BY_NAME: ReadonlyMap<string, Changes> = new Map<string, Changes>([
  ...FACT_SPANS.flatMap((span): [string, Changes][] => [
    [`spend.${span}`, CHANGE.net | SPAN_CHANGES[span]],
    [`spend.${span}.gross`, CHANGE.gross | SPAN_CHANGES[span]],
    ...FACT_COUNTS.map((count): [string, Changes] => [
      `${count}.${span}`,
      CHANGE[count] | SPAN_CHANGES[span],
    ]),
  ]),
  ...Object.entries(RATE_CHANGES).flatMap(([rate, changes]): [string, Changes][] => [
    [`${rate}.today`, changes | CHANGE.day],
    [`${rate}.last60m`, changes | CHANGE.minute],
  ]),
  ['ivt.share.today', CHANGE.traffic | CHANGE.day],
  ['budget.daily', CHANGE.net | CHANGE.day],
  ['budget.lifetime', NO_CHANGE],
  ['budget.remainingToday', CHANGE.net | CHANGE.day],
  ['budget.remaining', CHANGE.net],
  ['utilization.today', CHANGE.net | CHANGE.day],
  ['utilization.lifetime', CHANGE.net],
  ['pacing.overspend', CHANGE.net | CHANGE.day],
  ['campaign.status', NO_CHANGE],
  ['campaign.tags', NO_CHANGE],
  ['campaign.advertiserId', NO_CHANGE],
  ['time.localHour', CHANGE.quarter],
  ['time.localDayOfWeek', CHANGE.day],
  ['flight.daysLeft', CHANGE.day],
]);

/** What can make the fact of that name another. Of one that nothing is known of: everything, time included. */
export function changesOf(fact: string): Changes {
  const own = BY_NAME.get(fact) ?? EVERY_CHANGE;
  return factDefinition(fact)?.shared === true ? own | CHANGE.caps : own;
}

/**
 * What was counted between two states of a campaign's lifetime, of what is `asked`: whatever is booked anywhere is booked there too.
 */
export function countedBetween(before: Counters, after: Counters, asked = EVERY_CHANGE): Changes {
  let changes = NO_CHANGE;
  if (before.impressions !== after.impressions) changes |= CHANGE.impressions;
  if (before.views !== after.views) changes |= CHANGE.views;
  if (before.clicks !== after.clicks) changes |= CHANGE.clicks;
  if (before.conversions !== after.conversions) changes |= CHANGE.conversions;
  if ((asked & CHANGE.net) !== 0 && !isSame(before.net, after.net)) changes |= CHANGE.net;
  if ((asked & CHANGE.gross) !== 0 && !isSame(before.gross, after.gross)) changes |= CHANGE.gross;
  if ((asked & CHANGE.traffic) !== 0 && !isSameTraffic(before, after)) changes |= CHANGE.traffic;
  if ((asked & CHANGE.attribution) !== 0 && !isSameAttribution(before, after)) changes |= CHANGE.attribution;
  return changes & asked;
}

function isSameTraffic(a: Counters, b: Counters): boolean {
  return a.events === b.events && a.givt === b.givt && a.sivt === b.sivt;
}

function isSameAttribution(a: Counters, b: Counters): boolean {
  return a.attributedConversions === b.attributedConversions && isSame(a.attributedValue, b.attributedValue);
}

const QUARTER_MS = 15 * MINUTE_MS;

/** Which clocks have turned between two moments, in whichever direction; local days are told by the caller. */
export function turnedBetween(beforeMs: number, afterMs: number, isSameDay: boolean): Changes {
  if (beforeMs === afterMs && isSameDay) return NO_CHANGE;
  let changes: Changes = CHANGE.moment;
  if (!isSameDay) changes |= CHANGE.day;
  if (Math.floor(beforeMs / MINUTE_MS) !== Math.floor(afterMs / MINUTE_MS)) changes |= CHANGE.minute;
  if (Math.floor(beforeMs / QUARTER_MS) !== Math.floor(afterMs / QUARTER_MS)) changes |= CHANGE.quarter;
  return changes;
}

function isSame(a: Counters['net'], b: Counters['net']): boolean {
  return a.micros === b.micros && a.nanos === b.nanos;
}
