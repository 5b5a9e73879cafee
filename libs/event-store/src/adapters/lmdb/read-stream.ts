import type { PlacedEvent, ReadOptions, Revision } from '../../event-store.js';
import type { ChunkLog } from './chunk-log.js';

/** Reads one stream, one chunk in memory at a time. */
export async function* readStream(
  log: ChunkLog,
  stream: string,
  from: Revision | 'start' | 'end',
  { direction, max }: ReadOptions,
): AsyncGenerator<PlacedEvent, void, undefined> {
  if (!(max >= 1)) throw new RangeError(`A read needs a max of at least 1, not ${max}.`);
  const forwards = direction === 'forwards';
  const head = log.head(stream) ?? -1;
  let next =
    from === 'start'
      ? 0
      : from === 'end'
        ? head + (forwards ? 1 : 0)
        : forwards
          ? from
          : Math.min(from, head);
  let left = max;
  while (left > 0 && next >= 0 && next <= head) {
    const chunk = log.chunkOf(stream, next);
    if (chunk === undefined) return;
    while (left > 0 && next >= chunk.firstRevision && next < chunk.firstRevision + chunk.count) {
      yield chunk.event(next - chunk.firstRevision);
      next += forwards ? 1 : -1;
      left--;
    }
  }
}
