import { OUTCOME, type PartitionOutcome, type PreparedEvents } from '../prepared-events.js';

/** A batch on its way through a writer: how far it has come, and who waits for it. */
export class Queued {
  readonly ids: Uint32Array;
  readonly hashes: Uint32Array;
  readonly outcomes: Uint8Array;
  /** Events before this one are settled. */
  next = 0;
  conflicts = 0;
  duplicates = 0;

  constructor(
    readonly events: PreparedEvents,
    /** What the index must cover before this batch is filtered; Infinity when nothing but its horizon. */
    readonly acceptFromMs: number,
    readonly resolve: (outcome: PartitionOutcome) => void,
    readonly reject: (fault: unknown) => void,
  ) {
    this.ids = wordsOf(events.ids);
    this.hashes = wordsOf(events.payloadHashes);
    this.outcomes = new Uint8Array(events.count);
  }

  get left(): number {
    return this.events.count - this.next;
  }

  /** Bytes of the events from one index to another (exclusive). */
  bytes(from: number, to: number): number {
    return (this.events.offsets[2 * to] ?? 0) - (this.events.offsets[2 * from] ?? 0);
  }

  data(index: number): Uint8Array {
    return this.view(2 * index, 2 * index + 1);
  }

  metadata(index: number): Uint8Array {
    return this.view(2 * index + 1, 2 * index + 2);
  }

  /** Data and metadata, which stand one after the other. */
  body(index: number): Uint8Array {
    return this.view(2 * index, 2 * index + 2);
  }

  /** Bytes of a part: the data of event i is part 2i, its metadata the one after. */
  length(part: number): number {
    const { offsets } = this.events;
    return (offsets[part + 1] ?? 0) - (offsets[part] ?? 0);
  }

  /** Marks events up to `to` (exclusive) as settled, and answers when they are all. */
  settle(to: number): void {
    for (let i = this.next; i < to; i++) {
      if (this.outcomes[i] === OUTCOME.duplicate) this.duplicates++;
      else if (this.outcomes[i] === OUTCOME.conflict) this.conflicts++;
    }
    this.next = to;
    if (this.left > 0) return;
    const { duplicates, conflicts, outcomes } = this;
    this.resolve({ accepted: this.events.count - duplicates - conflicts, duplicates, conflicts, outcomes });
  }

  private view(fromPart: number, toPart: number): Uint8Array {
    const { bodies, offsets } = this.events;
    const start = offsets[fromPart] ?? 0;
    return new Uint8Array(bodies.buffer, bodies.byteOffset + start, (offsets[toPart] ?? 0) - start);
  }
}

/** The bytes as native words, copied only when they are not aligned. */
function wordsOf(bytes: Uint8Array): Uint32Array {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
  return new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 4);
}

/** @throws {RangeError} when the parts of a batch do not fit each other: a bug of the caller, found before anything is written. */
export function checkPrepared(events: PreparedEvents): void {
  const { count, ids, payloadHashes, types, offsets, bodies } = events;
  const fits =
    ids.length === 16 * count &&
    payloadHashes.length === 8 * count &&
    types.length === count &&
    offsets.length === 2 * count + 1;
  if (!fits || (offsets[2 * count] ?? 0) > bodies.length)
    throw new RangeError('The parts of a prepared batch do not fit each other.');
}
