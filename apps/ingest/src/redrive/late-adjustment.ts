import { costOf, formatInstant, type AdEvent } from '@flightdeck/domain';
import { isWireAdEvent, type WireAdEvent } from '@flightdeck/contracts';
import { derivedEventId } from '@flightdeck/ledger';
import { currencyOf } from '../prepare/judge.js';

const NANOS_PER_MICRO = 1000;
const HALF = NANOS_PER_MICRO / 2;

/** What an event that came too late would have cost, as an adjustment that happens now; undefined when it cannot be one. */
export function lateAdjustment(
  event: unknown,
  nowMs: number,
  campaignCurrency: string | undefined,
): Extract<WireAdEvent, { type: 'adjustment' }> | undefined {
  if (!isWireAdEvent(event) || event.eventId === undefined) return undefined;
  const currency = currencyOf(event) ?? campaignCurrency;
  if (currency === undefined) return undefined;
  const { campaignId, advertiserId, adGroupId, creativeId } = event;
  return {
    // One adjustment for one event, however often it is admitted.
    eventId: derivedEventId(`late:${event.eventId}`),
    type: 'adjustment',
    occurredAt: formatInstant(nowMs),
    campaignId,
    ...(advertiserId === undefined ? {} : { advertiserId }),
    ...(adGroupId === undefined ? {} : { adGroupId }),
    ...(creativeId === undefined ? {} : { creativeId }),
    amountMicros: event.ivt === undefined ? wholeMicros(event as AdEvent) : 0,
    currency,
    reason: 'late',
    originalEventId: event.eventId,
  };
}

/** An adjustment is told in micros: the cost of a CPM impression is rounded to them, half to even. */
function wholeMicros(event: AdEvent): number {
  const { micros, nanos } = costOf(event);
  const up = nanos > HALF || (nanos === HALF && micros % 2 !== 0);
  return up ? micros + 1 : micros;
}
