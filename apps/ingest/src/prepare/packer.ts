import type { PreparedEvents } from '@flightdeck/ledger';
import type { Identity } from './identity.js';

const ID_BYTES = 16;
const HASH_BYTES = 8;
const EVENTS_AT_FIRST = 64;
const BODY_BYTES_AT_FIRST = 32 * 1024;
/** A request's scratch memory above this is let go after the request. */
const BODY_BYTES_KEPT = 4 * 1024 * 1024;
/** UTF-8 takes at most three bytes for one UTF-16 unit. */
const BYTES_PER_UNIT_MAX = 3;

/** One event on its way into a pack. */
export interface PackedEvent {
  readonly eventId: string;
  readonly ordinal: number;
  /** Index into `AD_EVENT_TYPES`. */
  readonly type: number;
  readonly data: string;
  readonly metadata: string;
  /** 16 hexadecimal digits. */
  readonly payloadHash: string;
}

/** Packs one partition's events into scratch memory, which it keeps for the next request. */
export class PartitionPacker {
  private capacity = EVENTS_AT_FIRST;
  private ids = Buffer.allocUnsafeSlow(EVENTS_AT_FIRST * ID_BYTES);
  private hashes = Buffer.allocUnsafeSlow(EVENTS_AT_FIRST * HASH_BYTES);
  private types = new Uint8Array(EVENTS_AT_FIRST);
  private offsets = new Uint32Array(EVENTS_AT_FIRST * 2 + 1);
  private ordinals = new Uint32Array(EVENTS_AT_FIRST);
  private bodies = Buffer.allocUnsafeSlow(BODY_BYTES_AT_FIRST);
  private length = 0;
  count = 0;

  constructor(
    readonly partition: number,
    private readonly writeStoredId: Identity['writeStoredId'],
  ) {}

  /** Adds one event. Its stored id is written by `writeStoredId`; `payloadHash` has 16 hexadecimal digits. */
  add(event: PackedEvent): void {
    if (this.count === this.capacity) this.growEvents();
    const at = this.count++;
    this.writeStoredId(event.eventId, this.ids, at * ID_BYTES);
    this.hashes.write(event.payloadHash, at * HASH_BYTES, 'hex');
    this.types[at] = event.type;
    this.ordinals[at] = event.ordinal;
    this.addBody(at, event.data, event.metadata);
  }

  /** One write for both texts: where each character took one byte, the first ends where it says. */
  private addBody(at: number, data: string, metadata: string): void {
    const text = data + metadata;
    const room = text.length * BYTES_PER_UNIT_MAX;
    if (this.bodies.length - this.length < room) this.growBodies(room);
    const start = this.length;
    this.length += this.bodies.write(text, start, 'utf8');
    const isAscii = this.length - start === text.length;
    this.offsets[2 * at + 1] = start + (isAscii ? data.length : Buffer.byteLength(data, 'utf8'));
    this.offsets[2 * at + 2] = this.length;
  }

  /** Copies what was packed into one ArrayBuffer of exactly the size, cheap to hand to another thread. */
  take(): PreparedEvents {
    const { count, length, partition } = this;
    const words = (3 * count + 1) * Uint32Array.BYTES_PER_ELEMENT;
    const buffer = Buffer.allocUnsafeSlow(words + count * (ID_BYTES + HASH_BYTES + 1) + length).buffer;
    const offsets = new Uint32Array(buffer, 0, 2 * count + 1);
    const ordinals = new Uint32Array(buffer, offsets.byteLength, count);
    const ids = new Uint8Array(buffer, words, count * ID_BYTES);
    const payloadHashes = new Uint8Array(buffer, ids.byteOffset + ids.length, count * HASH_BYTES);
    const types = new Uint8Array(buffer, payloadHashes.byteOffset + payloadHashes.length, count);
    const bodies = new Uint8Array(buffer, types.byteOffset + types.length, length);
    offsets.set(this.offsets.subarray(0, offsets.length));
    ordinals.set(this.ordinals.subarray(0, count));
    ids.set(this.ids.subarray(0, ids.length));
    payloadHashes.set(this.hashes.subarray(0, payloadHashes.length));
    types.set(this.types.subarray(0, count));
    bodies.set(this.bodies.subarray(0, length));
    return { partition, count, ids, payloadHashes, types, bodies, offsets, ordinals };
  }

  /** Forgets what was packed. */
  clear(): void {
    this.count = 0;
    this.length = 0;
    if (this.bodies.length > BODY_BYTES_KEPT) this.bodies = Buffer.allocUnsafeSlow(BODY_BYTES_AT_FIRST);
  }

  private growEvents(): void {
    this.capacity *= 2;
    this.ids = grown(this.ids, Buffer.allocUnsafeSlow(this.capacity * ID_BYTES));
    this.hashes = grown(this.hashes, Buffer.allocUnsafeSlow(this.capacity * HASH_BYTES));
    this.types = grown(this.types, new Uint8Array(this.capacity));
    this.offsets = grown(this.offsets, new Uint32Array(this.capacity * 2 + 1));
    this.ordinals = grown(this.ordinals, new Uint32Array(this.capacity));
  }

  private growBodies(room: number): void {
    const needed = Math.max(this.bodies.length * 2, this.length + room);
    this.bodies = grown(this.bodies, Buffer.allocUnsafeSlow(needed));
  }
}

function grown<Memory extends Uint8Array | Uint32Array>(old: Memory, larger: Memory): Memory {
  larger.set(old);
  return larger;
}
