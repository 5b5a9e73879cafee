import type { Queued } from './queued.js';
import type { WriterLimits } from './limits.js';

/** Events `from` to `to` (exclusive) of a queued batch. */
export interface Share {
  readonly queued: Queued;
  readonly from: number;
  readonly to: number;
}

/** What goes into one append. */
export interface Group {
  readonly shares: readonly Share[];
  readonly count: number;
  readonly acceptFromMs: number;
}

/** What a store may add to the data and metadata of an event: its id, type and framing. */
const EVENT_OVERHEAD_BYTES = 128;

/** Takes from the queue's front as many events as one append may hold, at least one. Nothing is removed from the queue. */
export function nextGroup(
  queue: Iterable<Queued>,
  limits: Pick<WriterLimits, 'groupEventsMax' | 'groupBytesMax'>,
): Group {
  const shares: Share[] = [];
  let count = 0;
  let bytes = 0;
  let acceptFromMs = Infinity;
  for (const queued of queue) {
    const from = queued.next;
    let to = from;
    while (to < queued.events.count && count < limits.groupEventsMax) {
      bytes += queued.bytes(to, to + 1) + EVENT_OVERHEAD_BYTES;
      if (bytes > limits.groupBytesMax && count > 0) break;
      to++;
      count++;
    }
    if (to === from && queued.left > 0) break;
    shares.push({ queued, from, to });
    acceptFromMs = Math.min(acceptFromMs, queued.acceptFromMs);
    if (to < queued.events.count) break;
  }
  return { shares, count, acceptFromMs };
}
