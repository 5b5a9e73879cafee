import { closeSync, fdatasyncSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { HASH_BYTES } from '../merkle/hashes.js';
import { storedPlace, type NodePlace } from '../merkle/places.js';

const OWNER_ONLY = 0o600;

/** The tree's hashes, one after another in one file, each written once (see {@link storedPlace}). */
export class HashFile {
  private constructor(private readonly file: number) {}

  /** Opens the file to write, made when it is not there. */
  static open(path: string): HashFile {
    return new HashFile(openSync(path, 'a+', OWNER_ONLY));
  }

  /** Opens the file to read. @throws ENOENT when it is not there. */
  static openToRead(path: string): HashFile {
    return new HashFile(openSync(path, 'r'));
  }

  /** Whole hashes in the file. */
  get count(): number {
    return Math.floor(fstatSync(this.file).size / HASH_BYTES);
  }

  /** @throws {RangeError} when the hash is not stored. */
  read(place: NodePlace): Buffer {
    const hash = Buffer.allocUnsafe(HASH_BYTES);
    const read = readSync(this.file, hash, 0, HASH_BYTES, storedPlace(place) * HASH_BYTES);
    if (read !== HASH_BYTES)
      throw new RangeError(`Node ${place.index} of level ${place.level} is not stored.`);
    return hash;
  }

  append(hashes: Uint8Array): void {
    for (let at = 0; at < hashes.byteLength;) at += writeSync(this.file, hashes, at);
  }

  /** Leaves the first `count` hashes. */
  truncate(count: number): void {
    ftruncateSync(this.file, count * HASH_BYTES);
  }

  sync(): void {
    fdatasyncSync(this.file);
  }

  close(): void {
    closeSync(this.file);
  }
}
