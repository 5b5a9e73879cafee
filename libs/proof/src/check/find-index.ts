import type { EventStore, StoredEvent } from '@flightdeck/event-store';
import { ledgerRange } from '../log/ledger-range.js';
import type { LogReader } from '../log/log-reader.js';

/**
 * Index in the global order of an event that a checkpoint is over; undefined when none is yet. A store that counts events tells;
 * else the checkpoints are searched by the time at which their events were stored, which never goes back along the order.
 */
export async function findIndex(
  ledger: Pick<EventStore, 'follow'>,
  log: LogReader,
  event: StoredEvent & { readonly position?: number },
): Promise<number | undefined> {
  const size = log.latest()?.size ?? 0;
  if (event.position !== undefined) return event.position < size ? event.position : undefined;
  let low = 0;
  let high = size;
  // The last place whose event was stored before ours: ours stands after it.
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    const there = await recordedAtOf(ledger, log, middle);
    if (there < event.recordedAtMs) low = middle;
    else high = middle;
  }
  for await (const page of ledgerRange(ledger, log, low, size)) {
    for (const { index, event: one } of page) {
      if (one.stream === event.stream && one.revision === event.revision) return index;
      if (one.recordedAtMs > event.recordedAtMs) return undefined;
    }
  }
  return undefined;
}

async function recordedAtOf(
  ledger: Pick<EventStore, 'follow'>,
  log: LogReader,
  index: number,
): Promise<number> {
  for await (const [first] of ledgerRange(ledger, log, index, index + 1))
    if (first !== undefined) return first.event.recordedAtMs;
  return Infinity;
}
