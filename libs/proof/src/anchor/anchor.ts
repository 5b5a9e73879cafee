/** A checkpoint as it is kept outside: the note, and the two facts that tell where it belongs. */
export interface AnchoredCheckpoint {
  readonly origin: string;
  readonly size: number;
  /** C2SP signed note. */
  readonly note: string;
}

/**
 * A place outside the ledger that keeps checkpoints and lets nobody take one back: whoever rewrites the ledger and signs it anew
 * still has these against him.
 */
export interface Anchor {
  readonly name: string;
  /** Keeps the checkpoint; the same again changes nothing. @throws {AnchorDisagrees} when another is kept in its place. */
  put(checkpoint: AnchoredCheckpoint): Promise<void>;
}

/** What is kept outside is not of this ledger's past: one of the two was rewritten. */
export class AnchorDisagrees extends Error {
  override readonly name = 'AnchorDisagrees';
}
