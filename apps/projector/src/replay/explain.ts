import type { EventRefResponse } from '@flightdeck/contracts';
import { formatInstant } from '@flightdeck/domain';
import type { StoredEvent } from '@flightdeck/event-store';
import {
  CampaignEventReader,
  type History,
  type PartitionRange,
  rowEvents,
  type RowDifference,
} from '@flightdeck/read-models';

/** Events of a difference that are told one by one; all are counted. */
const EVENTS_TOLD_MAX = 20;

/** The events that belong in a row that differs: what its figures should be made of. */
export async function eventsOf(
  history: History,
  { table, key }: RowDifference,
  { ads }: PartitionRange,
  signal: AbortSignal,
): Promise<{ readonly events: EventRefResponse[]; readonly eventsTotal: number }> {
  const events: EventRefResponse[] = [];
  const row = rowEvents(table, key);
  if (row === undefined) return { events, eventsTotal: 0 };
  const reader = new CampaignEventReader(row.campaignId);
  let eventsTotal = 0;
  for await (const batch of history.read(ads.stream, ads, signal)) {
    for (const stored of batch) {
      const fact = reader.read(stored);
      if (fact === undefined || !row.belongs(fact)) continue;
      eventsTotal += 1;
      if (events.length < EVENTS_TOLD_MAX) events.push(eventRef(stored, fact.occurredAtMs));
    }
  }
  return { events, eventsTotal };
}

/** What is told of an event that is pointed at. */
export function eventRef(
  {
    stream,
    revision,
    id,
    type,
    recordedAtMs,
    data,
  }: Pick<StoredEvent, 'stream' | 'revision' | 'id' | 'type' | 'recordedAtMs' | 'data'>,
  occurredAtMs: number,
): EventRefResponse {
  const { eventId } = JSON.parse(Buffer.from(data).toString()) as { readonly eventId: string };
  return {
    ...{ stream, revision, id, eventId, type },
    occurredAt: formatInstant(occurredAtMs),
    recordedAt: formatInstant(recordedAtMs),
  };
}
