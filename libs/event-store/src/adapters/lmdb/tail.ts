import type { Chunk } from './frame.js';

/** What a chunk takes in memory beside its frame. Appends of one event make chunks of little else. */
const CHUNK_BYTES = 2_048;

/** The most recent durable chunks, in memory, so that followers at the end of the log touch neither LMDB nor its checksums. */
export class Tail {
  private chunks: Chunk[] = [];
  private first = 0;
  private bytes = 0;

  /** `end` is the position after the last durable event. */
  constructor(
    public end: number,
    private readonly bytesMax: number,
  ) {}

  /** Position of the oldest chunk kept; everything from here on is kept. */
  get start(): number {
    return this.chunks[this.first]?.position ?? this.end;
  }

  push(added: readonly Chunk[]): void {
    for (const chunk of added) {
      this.chunks.push(chunk);
      this.bytes += bytesOf(chunk);
      this.end = chunk.end;
    }
    while (this.bytes > this.bytesMax) {
      const oldest = this.chunks[this.first++];
      if (oldest === undefined) break;
      this.bytes -= bytesOf(oldest);
    }
    // Dropping from the front of an array costs its length; done once per as many chunks as are kept, it costs nothing much.
    if (this.first > this.chunks.length / 2) {
      this.chunks = this.chunks.slice(this.first);
      this.first = 0;
    }
  }

  /** Chunks that end after `position` (which must be at or past {@link start}), in order. */
  *from(position: number): Iterable<Chunk> {
    let low = this.first;
    let high = this.chunks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.chunks[middle] as Chunk).end > position) high = middle;
      else low = middle + 1;
    }
    const { chunks } = this;
    for (let i = low; i < chunks.length; i++) yield chunks[i] as Chunk;
  }
}

function bytesOf(chunk: Chunk): number {
  return chunk.frame.length + CHUNK_BYTES;
}
