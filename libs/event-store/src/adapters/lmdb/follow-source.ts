import type { PlacedEvent, Revision, Selector } from '../../event-store.js';
import type { ChunkLog, Place } from './chunk-log.js';
import type { Chunk } from './frame.js';
import { categoryOf } from './keys.js';
import type { Limits } from './limits.js';
import type { Tail } from './tail.js';

/** Whether a stream is one of the selected. */
export function selects(selector: Selector): (stream: string) => boolean {
  if ('stream' in selector) return (stream) => stream === selector.stream;
  if (selector.prefix === '') return () => true;
  return (stream) => stream.startsWith(selector.prefix);
}

/** One follower's way through the log: from memory where it is recent, else from LMDB by the narrowest index. */
export class FollowSource {
  readonly matches: (stream: string) => boolean;
  /** The stream's next revision, for a follower of one stream; found from the position at first. */
  private revision: Revision | undefined;

  constructor(
    private readonly selector: Selector,
    public position: number,
    private readonly log: ChunkLog,
    private readonly tail: Tail,
    private readonly limits: Limits,
  ) {
    this.matches = selects(selector);
  }

  /** The next events, at most a batch of them and maybe none; `position` moves past what was read or passed over. */
  next(): PlacedEvent[] {
    const batch: PlacedEvent[] = [];
    return this.position >= this.tail.start ? this.fromTail(batch) : this.fromLog(batch);
  }

  private fromTail(batch: PlacedEvent[]): PlacedEvent[] {
    let bytes = 0;
    for (const chunk of this.tail.from(this.position)) {
      if (this.matches(chunk.stream)) bytes = this.take(chunk, batch, bytes);
      else this.position = chunk.end;
      if (this.position < chunk.end) return batch;
    }
    this.position = Math.max(this.position, this.tail.end);
    return batch;
  }

  private fromLog(batch: PlacedEvent[]): PlacedEvent[] {
    const until = this.tail.start;
    let bytes = 0;
    let looked = 0;
    for (const place of this.places()) {
      if (place.position >= until) break;
      if (this.matches(place.stream)) {
        const chunk = this.log.read(place);
        bytes = this.take(chunk, batch, bytes);
        if (this.position < chunk.end) return batch;
      } else this.position = Math.max(this.position, place.position + 1);
      if (++looked === this.limits.scanEntriesMax) return batch;
    }
    this.position = until;
    return batch;
  }

  /** Places of chunks from `position` on, in order. */
  private *places(): Iterable<Place> {
    const max = this.limits.scanEntriesMax + 1;
    if ('stream' in this.selector) {
      this.revision ??= this.log.revisionAt(this.selector.stream, this.position);
      yield* this.log.ofStream(this.selector.stream, this.revision, max);
      return;
    }
    const holding = this.log.chunkHolding(this.position);
    if (holding !== undefined && holding.position < this.position) yield holding;
    if (this.selector.prefix.includes('-'))
      yield* this.log.ofCategory(categoryOf(this.selector.prefix), this.position, max);
    else yield* this.log.all(this.position, max);
  }

  /** Adds the events of the chunk from `position` on while the batch has room. */
  private take(chunk: Chunk, batch: PlacedEvent[], bytes: number): number {
    for (let i = Math.max(0, this.position - chunk.position); i < chunk.count; i++) {
      bytes += chunk.eventBytes(i);
      if (
        batch.length > 0 &&
        (bytes > this.limits.batchBytesMax || batch.length >= this.limits.batchEventsMax)
      )
        break;
      batch.push(chunk.event(i));
      this.position = chunk.position + i + 1;
      this.revision = chunk.firstRevision + i + 1;
    }
    return bytes;
  }
}
