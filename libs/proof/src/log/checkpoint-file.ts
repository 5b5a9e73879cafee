import { closeSync, fdatasyncSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { HASH_BYTES } from '../merkle/hashes.js';

/** A checkpoint that was signed, and where the ledger was then. */
export interface SealedCheckpoint {
  readonly size: number;
  readonly root: Uint8Array;
  /** Epoch milliseconds; for people, not part of what is signed. */
  readonly signedAtMs: number;
  /** Ed25519 over the checkpoint's text, 64 bytes. */
  readonly signature: Uint8Array;
  /** The ledger's own checkpoint after the last leaf: following from here yields the next one. */
  readonly place: string;
}

const OWNER_ONLY = 0o600;
const SIGNATURE_BYTES = 64;
const AT = { size: 0, root: 8, signedAt: 40, signature: 48, placeLength: 112, place: 113, sum: 156 } as const;
const RECORD_BYTES = 160;
const PLACE_BYTES_MAX = AT.sum - AT.place;

/** A record in the middle of the file is not what was written. */
export class CorruptCheckpoints extends Error {
  override readonly name = 'CorruptCheckpoints';
}

/** Every checkpoint that was ever signed, in records of one length and in the order of their sizes, so that any is found quickly. */
export class CheckpointFile {
  private constructor(private readonly file: number) {}

  /** Opens the file to write, made when it is not there. A record that a power cut left half is cut off. */
  static open(path: string): CheckpointFile {
    const opened = new CheckpointFile(openSync(path, 'a+', OWNER_ONLY));
    const { count } = opened;
    ftruncateSync(opened.file, count * RECORD_BYTES);
    return opened;
  }

  /** Opens the file to read. @throws ENOENT when it is not there. */
  static openToRead(path: string): CheckpointFile {
    return new CheckpointFile(openSync(path, 'r'));
  }

  /** Whole records; a last one with a wrong sum was being written and does not count. */
  get count(): number {
    const whole = Math.floor(fstatSync(this.file).size / RECORD_BYTES);
    return whole > 0 && this.tryRead(whole - 1) === undefined ? whole - 1 : whole;
  }

  /** @throws {CorruptCheckpoints} */
  read(index: number): SealedCheckpoint {
    const sealed = this.tryRead(index);
    if (sealed === undefined)
      throw new CorruptCheckpoints(`Checkpoint record ${index} does not match its sum.`);
    return sealed;
  }

  last(): SealedCheckpoint | undefined {
    const { count } = this;
    return count === 0 ? undefined : this.read(count - 1);
  }

  /** Index of the first checkpoint of at least `size` leaves; the count of all when there is none. */
  indexOf(size: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.read(middle).size < size) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  append(sealed: readonly SealedCheckpoint[]): void {
    const records = Buffer.concat(sealed.map(encode));
    for (let at = 0; at < records.length;) at += writeSync(this.file, records, at);
  }

  sync(): void {
    fdatasyncSync(this.file);
  }

  close(): void {
    closeSync(this.file);
  }

  private tryRead(index: number): SealedCheckpoint | undefined {
    const record = Buffer.allocUnsafe(RECORD_BYTES);
    if (readSync(this.file, record, 0, RECORD_BYTES, index * RECORD_BYTES) !== RECORD_BYTES) return undefined;
    if (crc32(record.subarray(0, AT.sum)) !== record.readUInt32BE(AT.sum)) return undefined;
    const placeLength = record.readUInt8(AT.placeLength);
    return {
      size: Number(record.readBigUInt64BE(AT.size)),
      root: record.subarray(AT.root, AT.root + HASH_BYTES),
      signedAtMs: Number(record.readBigUInt64BE(AT.signedAt)),
      signature: record.subarray(AT.signature, AT.signature + SIGNATURE_BYTES),
      place: record.toString('latin1', AT.place, AT.place + placeLength),
    };
  }
}

function encode({ size, root, signedAtMs, signature, place }: SealedCheckpoint): Buffer {
  if (place.length > PLACE_BYTES_MAX)
    throw new RangeError(`A place of ${place.length} characters is too long.`);
  const record = Buffer.alloc(RECORD_BYTES);
  record.writeBigUInt64BE(BigInt(size), AT.size);
  record.set(root, AT.root);
  record.writeBigUInt64BE(BigInt(signedAtMs), AT.signedAt);
  record.set(signature, AT.signature);
  record.writeUInt8(place.length, AT.placeLength);
  record.write(place, AT.place, 'latin1');
  record.writeUInt32BE(crc32(record.subarray(0, AT.sum)), AT.sum);
  return record;
}
