import { addTotal, ZERO } from '../money/money.js';
import type { Counters } from './figures.js';

/** Nothing counted yet. */
export const EMPTY_COUNTERS: Counters = Object.freeze({
  impressions: 0,
  views: 0,
  clicks: 0,
  conversions: 0,
  events: 0,
  givt: 0,
  sivt: 0,
  gross: ZERO,
  net: ZERO,
  attributedConversions: 0,
  attributedValue: ZERO,
});

/** a + b, field by field: exact, in any order. @throws {MoneyOverflow} */
export function addCounters(a: Counters, b: Counters): Counters {
  return {
    impressions: a.impressions + b.impressions,
    views: a.views + b.views,
    clicks: a.clicks + b.clicks,
    conversions: a.conversions + b.conversions,
    events: a.events + b.events,
    givt: a.givt + b.givt,
    sivt: a.sivt + b.sivt,
    gross: addTotal(a.gross, b.gross),
    net: addTotal(a.net, b.net),
    attributedConversions: a.attributedConversions + b.attributedConversions,
    attributedValue: addTotal(a.attributedValue, b.attributedValue),
  };
}
