import { mkdirSync } from 'node:fs';
import type { StoredEvent } from '@flightdeck/event-store';
import { eventLeafHash } from '../leaf/leaf-hash.js';
import { GrowingTree } from '../merkle/growth.js';
import { HASH_BYTES } from '../merkle/hashes.js';
import { storedCount } from '../merkle/places.js';
import { consistencyProof, frontierAt, rootOfFrontier, type ReadNode } from '../merkle/tree.js';
import { isConsistent } from '../merkle/verify.js';
import { checkpointText } from '../note/checkpoint.js';
import { noteOf, openNote } from '../note/signed-note.js';
import type { LogSigner } from '../note/signer.js';
import { CheckpointFile, type SealedCheckpoint } from './checkpoint-file.js';
import { HashFile } from './hash-file.js';
import { checkpointsPath, hashesPath } from './log-files.js';
import { LedgerNotAsSigned, WrongLogKey } from './faults.js';

export interface LogWriterOptions {
  /** Made when it is not there; of one ledger. */
  readonly directory: string;
  /** Name of the log, for ever. */
  readonly origin: string;
  readonly signer: LogSigner;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

/** The most hashes that one leaf adds: itself and the roots of all the subtrees that it can complete below 2^53. */
const HASHES_PER_LEAF_MAX = 54;

/**
 * Grows the tree over the ledger's events, signs it, and keeps both. What it reads again after a restart it compares with what it
 * kept. Not safe for concurrent calls: one after another.
 */
export class LogWriter {
  /** Index of the next event of the ledger. */
  private next: number;
  private place: string;
  private readonly unsynced: SealedCheckpoint[] = [];
  private stored = Buffer.allocUnsafe(0);

  private constructor(
    private readonly options: LogWriterOptions,
    private readonly publicKey: Uint8Array,
    private readonly hashes: HashFile,
    private readonly checkpoints: CheckpointFile,
    private readonly tree: GrowingTree,
    private sealed: SealedCheckpoint | undefined,
    from: { readonly index: number; readonly place: string },
  ) {
    this.next = from.index;
    this.place = from.place;
  }

  /**
   * Opens the log and goes on from its last checkpoint. When the stored hashes do not lead to that checkpoint's root (they were lost
   * or changed), they are made anew from the ledger, which must then agree with the checkpoint.
   * @throws {WrongLogKey} when another key signed the last checkpoint.
   */
  static async open(options: LogWriterOptions): Promise<LogWriter> {
    const { directory, signer } = options;
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const publicKey = await signer.publicKey();
    const hashes = HashFile.open(hashesPath(directory));
    const checkpoints = CheckpointFile.open(checkpointsPath(directory));
    const last = checkpoints.last();
    if (last !== undefined) assertSignedBy(publicKey, options.origin, last);
    const frontier = last === undefined ? [] : soundFrontier(hashes, last);
    const isSound = frontier !== undefined;
    hashes.truncate(isSound ? storedCount(last?.size ?? 0) : 0);
    // The last stretch is read once more, so that a ledger whose end was replaced is not simply built upon.
    const before = isSound && checkpoints.count > 1 ? checkpoints.read(checkpoints.count - 2) : undefined;
    return new LogWriter(
      options,
      publicKey,
      hashes,
      checkpoints,
      new GrowingTree(isSound ? (last?.size ?? 0) : 0, frontier ?? []),
      last,
      { index: before?.size ?? 0, place: before?.place ?? 'start' },
    );
  }

  /** Where in the ledger to follow on. */
  get from(): string {
    return this.place;
  }

  /** Leaves since the last checkpoint. */
  get unsealed(): number {
    return Math.max(0, this.tree.size - (this.sealed?.size ?? 0));
  }

  get size(): number {
    return this.tree.size;
  }

  /** Takes the next events of the ledger. @throws {LedgerNotAsSigned} when one is not the one that was there before. */
  take(events: readonly StoredEvent[], place: string, caughtUp: boolean): void {
    const room = events.length * 2 + HASHES_PER_LEAF_MAX;
    if (this.stored.length < room * HASH_BYTES) this.stored = Buffer.allocUnsafeSlow(room * HASH_BYTES);
    let end = 0;
    for (const event of events) {
      const leaf = eventLeafHash(event, this.next);
      if (this.next < this.tree.size) this.assertKnown(event, leaf);
      else end = this.tree.add(leaf, this.stored, end);
      this.next++;
      if (this.next === this.sealed?.size) this.assertSealedRoot(this.sealed);
    }
    this.hashes.append(this.stored.subarray(0, end));
    this.place = place;
    const expected = Math.max(this.tree.size, this.sealed?.size ?? 0);
    if (caughtUp && this.next < expected)
      throw new LedgerNotAsSigned(
        this.next,
        `The ledger ends after ${this.next} events; ${expected} were there when it was last signed.`,
      );
  }

  /** Signs the tree as it is, once it is proved to begin with the tree of the last checkpoint. Nothing new: nothing is signed. */
  async seal(): Promise<void> {
    if (this.unsealed === 0) return;
    const { origin, signer, clock } = this.options;
    const checkpoint = { origin, size: this.tree.size, root: this.tree.root() };
    this.assertConsistent(checkpoint);
    const signature = await signer.sign(Buffer.from(checkpointText(checkpoint)));
    const { size, root } = checkpoint;
    this.sealed = { size, root, signedAtMs: clock(), signature, place: this.place };
    this.unsynced.push(this.sealed);
  }

  /** Makes hashes, and then the checkpoints over them, durable. The last of them; undefined when there was none. */
  flush(): SealedCheckpoint | undefined {
    const last = this.unsynced.at(-1);
    if (last === undefined) return undefined;
    this.hashes.sync();
    this.checkpoints.append(this.unsynced.splice(0));
    this.checkpoints.sync();
    return last;
  }

  /** The note of a checkpoint of this log. */
  note({ size, root, signature }: SealedCheckpoint): string {
    const { origin } = this.options;
    return noteOf(
      checkpointText({ origin, size, root }),
      { name: origin, publicKey: this.publicKey },
      signature,
    );
  }

  close(): void {
    this.hashes.close();
    this.checkpoints.close();
  }

  private assertConsistent(newer: { readonly size: number; readonly root: Uint8Array }): void {
    if (this.sealed === undefined) return;
    const proof = consistencyProof(this.sealed.size, newer.size, this.read);
    if (!isConsistent(this.sealed, newer, proof))
      throw new LedgerNotAsSigned(
        this.sealed.size,
        'The stored tree does not lead from the last checkpoint.',
      );
  }

  private assertKnown(event: StoredEvent, leaf: Buffer): void {
    if (!this.read({ level: 0, index: this.next }).equals(leaf))
      throw new LedgerNotAsSigned(
        this.next,
        `The event at ${this.next} (${event.stream} ${event.revision}) is not the one that was signed.`,
      );
  }

  /** While the hashes are made anew: the tree must come by the root that was signed. */
  private assertSealedRoot(sealed: SealedCheckpoint): void {
    if (this.tree.size === sealed.size && !Buffer.from(this.tree.root()).equals(sealed.root))
      throw new LedgerNotAsSigned(
        sealed.size,
        `The first ${sealed.size} events of the ledger are not those that were signed.`,
      );
  }

  private readonly read = (place: Parameters<ReadNode>[0]): Buffer => this.hashes.read(place);
}

function assertSignedBy(publicKey: Uint8Array, origin: string, last: SealedCheckpoint): void {
  const key = { name: origin, publicKey };
  const note = noteOf(checkpointText({ origin, size: last.size, root: last.root }), key, last.signature);
  if (openNote(note, key) === undefined)
    throw new WrongLogKey(`The last checkpoint of ${origin} was not signed with the key that is there now.`);
}

/** The frontier at a checkpoint, when the stored hashes lead to its root. */
function soundFrontier(hashes: HashFile, last: SealedCheckpoint): Uint8Array[] | undefined {
  if (hashes.count < storedCount(last.size)) return undefined;
  const frontier = frontierAt(last.size, (place) => hashes.read(place));
  return Buffer.from(rootOfFrontier(frontier)).equals(last.root) ? frontier : undefined;
}
