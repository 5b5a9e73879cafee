import { crc32 } from 'node:zlib';
import type { NewEvent, PlacedEvent, Revision, SharedBytes } from '../../event-store.js';
import { BINARY, CHECKSUM_AT, ENDS, FORMAT, HEADER, ID, NAME_BITS, PER_EVENT, TYPE } from './frame-layout.js';
import { readNames, typeNames, writeNames } from './type-names.js';
import { readUuid } from './uuid.js';
import { bodyBytesOf, writeEvents } from './write-events.js';

/** A stored chunk cannot be what was written: the disk or memory lied. */
export class CorruptChunk extends Error {
  override readonly name = 'CorruptChunk';
}

/** One chunk: a frame and where its parts begin. A chunk read or decoded is never changed again. */
export class Chunk {
  readonly count: number;
  readonly view: DataView;
  position = 0;
  firstRevision: Revision = 0;
  recordedAtMs = 0;
  private readonly typesAt: number;
  private readonly idsAt: number;
  private readonly bodiesAt: number;

  private constructor(
    readonly stream: string,
    readonly types: readonly string[],
    readonly frame: Buffer,
  ) {
    this.view = new DataView(frame.buffer, frame.byteOffset, frame.length);
    this.count = this.view.getUint32(4, true);
    this.typesAt = HEADER + this.count * ENDS;
    this.idsAt = this.typesAt + this.count * TYPE;
    this.bodiesAt =
      HEADER + this.count * PER_EVENT + this.view.getUint16(2, true) + this.view.getUint32(32, true);
  }

  /** Position after the last event. */
  get end(): number {
    return this.position + this.count;
  }

  /** Packs `events[from..to)`. The frame lacks its place until {@link place} says it. @throws {TypeError} on an id that is no UUID. */
  static pack(stream: string, events: readonly NewEvent[], from: number, to: number): Chunk {
    const names = typeNames(events, from, to);
    const streamBytes = Buffer.byteLength(stream);
    const count = to - from;
    let bodies = 0;
    for (let i = from; i < to; i++) bodies += bodyBytesOf(events[i] as NewEvent);
    const streamAt = HEADER + count * PER_EVENT;
    const bodiesAt = streamAt + streamBytes + names.bytes;
    // Not from Node's pool: LMDB's writer keeps the memory's address until the commit.
    const frame = Buffer.allocUnsafeSlow(bodiesAt + bodies);
    frame.fill(0, 0, HEADER);
    frame[0] = FORMAT;
    frame.writeUInt16LE(streamBytes, 2);
    frame.writeUInt32LE(count, 4);
    frame.writeUInt32LE(names.bytes, 32);
    frame.write(stream, streamAt, 'utf8');
    writeNames(frame, streamAt + streamBytes, names.names);
    writeEvents(frame, events, from, to, names.indexOf, bodiesAt);
    // The body's checksum rests in the header until the frame is placed.
    frame.writeUInt32LE(crc32(frame.subarray(HEADER)), CHECKSUM_AT);
    return new Chunk(stream, names.names, frame);
  }

  /** Gives the chunk its place in the global order and in its stream, and seals it. */
  place(position: number, firstRevision: Revision, recordedAtMs: number): void {
    this.position = position;
    this.firstRevision = firstRevision;
    this.recordedAtMs = recordedAtMs;
    writeSafeInteger(this.view, 8, position);
    writeSafeInteger(this.view, 16, firstRevision);
    writeSafeInteger(this.view, 24, recordedAtMs);
    const body = this.view.getUint32(CHECKSUM_AT, true);
    this.view.setUint32(CHECKSUM_AT, crc32(this.frame.subarray(0, CHECKSUM_AT), body), true);
  }

  /** Reads a stored frame; the chunk keeps `frame`. @throws {CorruptChunk} */
  static read(frame: Buffer, position: number): Chunk {
    if (frame.length < HEADER || frame[0] !== FORMAT)
      throw new CorruptChunk(
        `The chunk at position ${position} is of an unknown format (${frame[0] ?? 'empty'}).`,
      );
    const sum = crc32(frame.subarray(0, CHECKSUM_AT), crc32(frame.subarray(HEADER)));
    if (sum !== frame.readUInt32LE(CHECKSUM_AT))
      throw new CorruptChunk(`The chunk at position ${position} does not match its checksum.`);
    const streamAt = HEADER + frame.readUInt32LE(4) * PER_EVENT;
    const namesAt = streamAt + frame.readUInt16LE(2);
    const names = readNames(frame, namesAt, namesAt + frame.readUInt32LE(32));
    const chunk = new Chunk(frame.toString('utf8', streamAt, namesAt), names, frame);
    chunk.position = readSafeInteger(chunk.view, 8);
    chunk.firstRevision = readSafeInteger(chunk.view, 16);
    chunk.recordedAtMs = readSafeInteger(chunk.view, 24);
    if (chunk.position !== position)
      throw new CorruptChunk(`The chunk at position ${position} says that it is at ${chunk.position}.`);
    return chunk;
  }

  /** The event at `index` of this chunk; its data and metadata are views over the frame. */
  event(index: number): PlacedEvent {
    return new FrameEvent(this, index);
  }

  /** A view over the data of the event at `index`. */
  data(index: number): Uint8Array {
    const start = index === 0 ? 0 : this.view.getUint32(HEADER + index * ENDS - 4, true);
    return this.body(start, this.view.getUint32(HEADER + index * ENDS, true));
  }

  /** A view over the metadata of the event at `index`. */
  metadata(index: number): Uint8Array {
    const at = HEADER + index * ENDS;
    return this.body(this.view.getUint32(at, true), this.view.getUint32(at + 4, true));
  }

  type(index: number): string {
    return this.types[this.view.getUint16(this.typesAt + index * TYPE, true) & NAME_BITS] ?? '';
  }

  isBinary(index: number): boolean {
    return this.view.getUint16(this.typesAt + index * TYPE, true) >= BINARY;
  }

  id(index: number): string {
    return readUuid(this.frame, this.idsAt + index * ID);
  }

  /** Bytes of the data and metadata of one event. */
  eventBytes(index: number): number {
    const start = index === 0 ? 0 : this.view.getUint32(HEADER + index * ENDS - 4, true);
    return this.view.getUint32(HEADER + index * ENDS + 4, true) - start;
  }

  /** Where the data of the event at `index` begin in {@link view}. */
  dataStart(index: number): number {
    return this.bodiesAt + (index === 0 ? 0 : this.view.getUint32(HEADER + index * ENDS - 4, true));
  }

  dataEnd(index: number): number {
    return this.bodiesAt + this.view.getUint32(HEADER + index * ENDS, true);
  }

  metadataEnd(index: number): number {
    return this.bodiesAt + this.view.getUint32(HEADER + index * ENDS + 4, true);
  }

  private body(start: number, end: number): Uint8Array {
    const { frame } = this;
    return new Uint8Array(frame.buffer, frame.byteOffset + this.bodiesAt + start, end - start);
  }

  /** Whether the event at `index` has the id of the event at `otherIndex` of `other`. */
  hasIdOf(index: number, other: Chunk, otherIndex: number): boolean {
    const at = this.idsAt + index * ID;
    const otherAt = other.idsAt + otherIndex * ID;
    return this.frame.compare(other.frame, otherAt, otherAt + ID, at, at + ID) === 0;
  }
}

/**
 * A stored event of which nothing is made before it is asked for: followers hold thousands at once, and read a few of their
 * parts once.
 */
class FrameEvent implements PlacedEvent, SharedBytes {
  readonly #chunk: Chunk;
  readonly #index: number;

  constructor(chunk: Chunk, index: number) {
    this.#chunk = chunk;
    this.#index = index;
  }

  get id(): string {
    return this.#chunk.id(this.#index);
  }

  get type(): string {
    return this.#chunk.type(this.#index);
  }

  get data(): Uint8Array {
    return this.#chunk.data(this.#index);
  }

  get metadata(): Uint8Array {
    return this.#chunk.metadata(this.#index);
  }

  get shared(): SharedBytes {
    return this;
  }

  get view(): DataView {
    return this.#chunk.view;
  }

  get dataStart(): number {
    return this.#chunk.dataStart(this.#index);
  }

  get dataEnd(): number {
    return this.#chunk.dataEnd(this.#index);
  }

  get metadataEnd(): number {
    return this.#chunk.metadataEnd(this.#index);
  }

  get stream(): string {
    return this.#chunk.stream;
  }

  get revision(): Revision {
    return this.#chunk.firstRevision + this.#index;
  }

  get recordedAtMs(): number {
    return this.#chunk.recordedAtMs;
  }

  get position(): number {
    return this.#chunk.position + this.#index;
  }

  get isBinary(): boolean {
    return this.#chunk.isBinary(this.#index);
  }
}

/** 2^53 and more never occur: revisions, positions and times are counted in doubles everywhere else. */
function writeSafeInteger(view: DataView, at: number, value: number): void {
  view.setUint32(at, value >>> 0, true);
  view.setUint32(at + 4, Math.floor(value / 0x1_0000_0000), true);
}

function readSafeInteger(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * 0x1_0000_0000;
}
