import type { Counters } from '../figures/figures.js';
import { ratio, toMicrosNumber } from '../money/display.js';

/** Rates of some span, net of invalid traffic (domain.md §4); null where the denominator is 0. Money is in micros, unrounded. */
export interface Rates {
  /** Click-through rate: clicks / impressions. */
  readonly ctr: number | null;
  /** Conversion rate: conversions / clicks. */
  readonly cvr: number | null;
  /** Viewable rate (MRC): views / impressions. */
  readonly viewability: number | null;
  /** Micros per click. */
  readonly cpc: number | null;
  /** Micros per conversion. */
  readonly cpa: number | null;
  /** Micros per thousand impressions. */
  readonly ecpm: number | null;
  /** Micros per thousand views. */
  readonly vcpm: number | null;
  /** Return on ad spend: attributed value / cost. */
  readonly roas: number | null;
}

/** Each rate by name, for callers that need one. */
export const RATES = {
  ctr: (counters) => ratio(counters.clicks, counters.impressions),
  cvr: (counters) => ratio(counters.conversions, counters.clicks),
  viewability: (counters) => ratio(counters.views, counters.impressions),
  cpc: (counters) => ratio(counters.net, counters.clicks),
  cpa: (counters) => ratio(counters.net, counters.conversions),
  ecpm: (counters) => ratio(1000 * toMicrosNumber(counters.net), counters.impressions),
  vcpm: (counters) => ratio(1000 * toMicrosNumber(counters.net), counters.views),
  roas: (counters) => ratio(counters.attributedValue, counters.net),
} as const satisfies Record<keyof Rates, (counters: Counters) => number | null>;

/** Every rate of `counters`. */
export function ratesOf(counters: Counters): Rates {
  return {
    ctr: RATES.ctr(counters),
    cvr: RATES.cvr(counters),
    viewability: RATES.viewability(counters),
    cpc: RATES.cpc(counters),
    cpa: RATES.cpa(counters),
    ecpm: RATES.ecpm(counters),
    vcpm: RATES.vcpm(counters),
    roas: RATES.roas(counters),
  };
}
