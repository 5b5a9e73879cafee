import type { KnownProfile } from '@flightdeck/profiles';
import { zonedDayAt, type ZonedDay } from '@flightdeck/domain';
import { enrichedTail } from './canonical-json.js';
import type { CampaignContext, ProfileAnswer, RequestContext, TimeWindows } from './settings.js';

/** What the pipeline remembers of one campaign between its events. */
export interface CampaignSlot {
  readonly campaign: CampaignContext | undefined;
  readonly partition: number;
  /** The last day booked on, and the JSON that says so; most events of a campaign share it. */
  day: ZonedDay | undefined;
  currency: string | undefined;
  tail: string;
}

/** Books an event on a day of its campaign and answers what ingestion adds to it, as JSON (see {@link enrichedTail}). */
export function book(
  slot: CampaignSlot,
  occurredAtMs: number,
  eventCurrency: string | undefined,
  profile: ProfileAnswer,
  context: RequestContext,
  windows: TimeWindows,
): string {
  const { campaign } = slot;
  const currency = campaign?.currency ?? eventCurrency;
  const zone = campaign?.timezone ?? 'UTC';
  const known = slot.day;
  const day =
    known !== undefined && occurredAtMs >= known.startMs && occurredAtMs < known.endMs
      ? known
      : zonedDayAt(zone, occurredAtMs);
  const unregistered = campaign === undefined ? { unregistered: true as const } : {};
  const money = currency === undefined ? {} : { currency };
  if (isClosed(day, context, windows)) {
    const today = zonedDayAt(zone, context.receivedAtMs).day;
    return enrichedTail({ day: today, ...money, ...unregistered, lateFor: day.day, ...profiled(profile) });
  }
  if (profile !== undefined) return enrichedTail({ day: day.day, ...money, ...unregistered, profile });
  if (day !== known || currency !== slot.currency) {
    slot.day = day;
    slot.currency = currency;
    slot.tail = enrichedTail({ day: day.day, ...money, ...unregistered });
  }
  return slot.tail;
}

/** A day stays open for `lateGrace` after its end; a declared backfill books on its own day, however long ago. */
function isClosed(day: ZonedDay, context: RequestContext, windows: TimeWindows): boolean {
  return context.acceptFromMs === undefined && day.endMs + windows.lateGraceMs < context.receivedAtMs;
}

function profiled(profile: ProfileAnswer): { readonly profile?: KnownProfile } {
  return profile === undefined ? {} : { profile };
}
