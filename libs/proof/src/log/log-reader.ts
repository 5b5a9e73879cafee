import { consistencyProof, frontierAt, inclusionProof, rootAt } from '../merkle/tree.js';
import { perfectSubtrees, type NodePlace } from '../merkle/places.js';
import { checkpointText } from '../note/checkpoint.js';
import { noteOf, verifierKey, type NoteKey } from '../note/signed-note.js';
import { CheckpointFile, type SealedCheckpoint } from './checkpoint-file.js';
import { HashFile } from './hash-file.js';
import { checkpointsPath, hashesPath } from './log-files.js';

/** Reads a proof log beside its writer, in whatever thread or process that is. Shows only what was signed. */
export class LogReader {
  private files: { readonly hashes: HashFile; readonly checkpoints: CheckpointFile } | undefined;

  constructor(
    private readonly directory: string,
    readonly key: NoteKey,
  ) {}

  /** The key as verifiers of notes take it. */
  get verifierKey(): string {
    return verifierKey(this.key);
  }

  /** The newest checkpoint; undefined before the first. */
  latest(): SealedCheckpoint | undefined {
    return this.open()?.checkpoints.last();
  }

  /** The first checkpoint of at least `size` leaves. */
  covering(size: number): SealedCheckpoint | undefined {
    const [first] = this.list(size, 1);
    return first;
  }

  /** The last checkpoint of at most `size` leaves. */
  before(size: number): SealedCheckpoint | undefined {
    const checkpoints = this.open()?.checkpoints;
    if (checkpoints === undefined) return undefined;
    const after = checkpoints.indexOf(size + 1);
    return after === 0 ? undefined : checkpoints.read(after - 1);
  }

  /** Checkpoints of at least `size` leaves, in order. */
  list(size: number, max: number): SealedCheckpoint[] {
    const checkpoints = this.open()?.checkpoints;
    if (checkpoints === undefined) return [];
    const { count } = checkpoints;
    const found: SealedCheckpoint[] = [];
    for (let i = checkpoints.indexOf(size); i < count && found.length < max; i++)
      found.push(checkpoints.read(i));
    return found;
  }

  note({ size, root, signature }: SealedCheckpoint): string {
    return noteOf(checkpointText({ origin: this.key.name, size, root }), this.key, signature);
  }

  leafHash(index: number): Uint8Array {
    return this.read({ level: 0, index });
  }

  rootAt(size: number): Uint8Array {
    return rootAt(size, this.read);
  }

  frontierAt(size: number): Uint8Array[] {
    return frontierAt(size, this.read);
  }

  /** The perfect subtrees of the leaves [start, end), left to right; what follows the first `start` leaves in a tree of `end`. */
  subtrees(start: number, end: number): Uint8Array[] {
    return perfectSubtrees(start, end).map(this.read);
  }

  inclusion(index: number, size: number): Uint8Array[] {
    return inclusionProof(index, size, this.read);
  }

  consistency(from: number, to: number): Uint8Array[] {
    return consistencyProof(from, to, this.read);
  }

  close(): void {
    this.files?.hashes.close();
    this.files?.checkpoints.close();
    this.files = undefined;
  }

  private readonly read = (place: NodePlace): Uint8Array => {
    const files = this.open();
    if (files === undefined) throw new RangeError('The log is empty.');
    return files.hashes.read(place);
  };

  /** The writer makes the files when it starts, which may be after us. */
  private open(): { readonly hashes: HashFile; readonly checkpoints: CheckpointFile } | undefined {
    if (this.files !== undefined) return this.files;
    try {
      this.files = {
        hashes: HashFile.openToRead(hashesPath(this.directory)),
        checkpoints: CheckpointFile.openToRead(checkpointsPath(this.directory)),
      };
      return this.files;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }
}
