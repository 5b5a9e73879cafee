import type { PlacedEvent, ReadOptions } from '../../event-store.js';
import type { ChunkLog } from './chunk-log.js';

/**
 * Reads all streams in global order up to the `end` (exclusive) that was durable when the read began, one chunk in memory at a
 * time. Backwards, `from` a position reads that event first.
 */
export async function* readAll(
  log: ChunkLog,
  end: number,
  from: number | 'start' | 'end',
  { direction, max }: ReadOptions,
): AsyncGenerator<PlacedEvent, void, undefined> {
  if (!(max >= 1)) throw new RangeError(`A read needs a max of at least 1, not ${max}.`);
  const forwards = direction === 'forwards';
  const last = end - 1;
  let next = from === 'start' ? 0 : from === 'end' ? last + (forwards ? 1 : 0) : from;
  if (!forwards) next = Math.min(next, last);
  let left = max;
  while (left > 0 && next >= 0 && next <= last) {
    const place = log.chunkHolding(next);
    if (place === undefined) return;
    const chunk = log.read(place);
    while (left > 0 && next >= chunk.position && next < chunk.end && next <= last) {
      yield chunk.event(next - chunk.position);
      next += forwards ? 1 : -1;
      left--;
    }
  }
}
