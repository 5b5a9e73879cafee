import type { EventStore, Revision, StoredEvent } from '@flightdeck/event-store';

/** Events asked of the store at once. */
export const PAGE_EVENTS_MAX = 1_000;

/**
 * A stream's events from `from` (inclusive) to `to` (inclusive; its head when absent), whatever its length, page by page so that
 * memory stays bounded. What is added while reading is read too.
 */
export async function* readStream(
  store: Pick<EventStore, 'read'>,
  stream: string,
  from: Revision,
  to: Revision = Number.MAX_SAFE_INTEGER,
  pageEventsMax: number = PAGE_EVENTS_MAX,
): AsyncGenerator<readonly StoredEvent[]> {
  for (let next = from; next <= to;) {
    const page: StoredEvent[] = [];
    const max = Math.min(pageEventsMax, to - next + 1);
    for await (const event of store.read(stream, next, { direction: 'forwards', max })) page.push(event);
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    if (page.length < max) return;
    next = last.revision + 1;
  }
}
