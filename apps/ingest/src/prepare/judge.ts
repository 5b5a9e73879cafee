import type { WireAdEvent } from '@flightdeck/contracts';
import type { Refusal } from '../parse/parsed-request.js';
import type { CampaignContext, RequestContext, TimeWindows } from './settings.js';

/** What a valid event is refused for: its time, or its currency. Undefined when it may pass. */
export function judge(
  event: WireAdEvent,
  occurredAtMs: number,
  campaign: CampaignContext | undefined,
  context: RequestContext,
  windows: TimeWindows,
): Refusal | undefined {
  if (occurredAtMs > context.receivedAtMs + windows.futureToleranceMs) {
    return {
      reason: 'in-the-future',
      detail: `/occurredAt is more than ${windows.futureToleranceMs / 60_000} minutes ahead of the clock.`,
    };
  }
  if (occurredAtMs < acceptedSince(context, windows)) {
    return { reason: 'too-late', detail: '/occurredAt is before the acceptance window.' };
  }
  const currency = currencyOf(event);
  if (campaign !== undefined && currency !== undefined && currency !== campaign.currency) {
    return {
      reason: 'currency-mismatch',
      detail: `The event is in ${currency}, its campaign in ${campaign.currency}.`,
    };
  }
  return undefined;
}

/** ISO 4217 of the event's money; undefined when it carries none. */
export function currencyOf(event: WireAdEvent): string | undefined {
  return event.type === 'spend' || event.type === 'adjustment' ? event.currency : event.price?.currency;
}

function acceptedSince(context: RequestContext, windows: TimeWindows): number {
  const since = context.receivedAtMs - windows.acceptanceMs;
  return context.acceptFromMs === undefined ? since : Math.min(since, context.acceptFromMs);
}
