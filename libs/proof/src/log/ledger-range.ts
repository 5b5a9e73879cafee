import type { EventStore, StoredEvent } from '@flightdeck/event-store';
import type { LogReader } from './log-reader.js';

/** An event with its index in the global order. */
export interface IndexedEvent {
  readonly index: number;
  readonly event: StoredEvent;
}

/**
 * The ledger's events [from, to) in global order, page by page, found by the nearest checkpoint before. `to` must not be past the
 * newest checkpoint. @throws {RangeError} when the ledger ends before: events were taken out of it.
 */
export async function* ledgerRange(
  ledger: Pick<EventStore, 'follow'>,
  log: LogReader,
  from: number,
  to: number,
): AsyncGenerator<readonly IndexedEvent[]> {
  if (from >= to) return;
  const start = log.before(from);
  let index = start?.size ?? 0;
  const done = new AbortController();
  for await (const batch of ledger.follow({ prefix: '' }, start?.place ?? 'start', done.signal)) {
    const page: IndexedEvent[] = [];
    for (const event of batch.events) {
      if (index >= from && index < to) page.push({ index, event });
      index++;
    }
    if (page.length > 0) yield page;
    if (index >= to) {
      done.abort();
      return;
    }
    if (batch.caughtUp) throw new RangeError(`The ledger ends after ${index} events; ${to} were signed.`);
  }
}
