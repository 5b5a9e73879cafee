import type { HistoryItemResponse, PageQuery } from '@flightdeck/contracts';
import type { Event } from '@flightdeck/domain';
import type { EventStore } from '@flightdeck/event-store';
import { decodeEvent } from '@flightdeck/ledger';
import { decodeCursor, encodeCursor } from '@flightdeck/platform';

type Told = Event<
  string,
  { readonly actor: string; readonly at: string; readonly reason?: string } & Record<string, unknown>
>;

/** A stream's facts, newest first, with who, when and why beside each; undefined for a stream without any. */
export async function historyOf(
  store: EventStore,
  stream: string,
  query: PageQuery,
): Promise<{ readonly items: HistoryItemResponse[]; readonly next: string | null } | undefined> {
  const from = query.cursor === undefined ? 'end' : decodeCursor(query.cursor, revisionOf);
  const items: HistoryItemResponse[] = [];
  for await (const stored of store.read(stream, from, { direction: 'backwards', max: query.limit })) {
    const { actor, at, reason, ...data } = decodeEvent<Told>(stored).data;
    items.push({
      revision: stored.revision,
      type: stored.type,
      at,
      actor,
      ...(reason === undefined ? {} : { reason }),
      data,
    });
  }
  const oldest = items.at(-1)?.revision;
  if (oldest === undefined && query.cursor === undefined) return undefined;
  return { items, next: oldest === undefined || oldest === 0 ? null : encodeCursor(oldest - 1) };
}

function revisionOf(place: unknown): number | undefined {
  return typeof place === 'number' && Number.isSafeInteger(place) && place >= 0 ? place : undefined;
}
