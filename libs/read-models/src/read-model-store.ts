/** One row of a projection. It carries the place of the last event folded into it: a row belongs to one partition. */
export interface Row {
  readonly key: string;
  readonly partition: number;
  readonly revision: number;
  readonly value: Uint8Array;
}

/** A row to write, or to remove (`value` null), in the table of a projection (`campaign-spend@1`). */
export interface RowWrite {
  readonly table: string;
  readonly key: string;
  readonly partition: number;
  readonly revision: number;
  readonly value: Uint8Array | null;
}

export interface ReadModelCommit {
  readonly rows: readonly RowWrite[];
  /** Where each source goes on after a restart, by the source's name. */
  readonly checkpoints: Readonly<Record<string, string>>;
}

/** Who may write: handed out by {@link ReadModelStore.takeOver}, worthless once handed out again. */
export type Writer = number;

/** `fenced`: another writer has taken over, nothing was written. `seen`: rows left alone because the store is not behind them. */
export type CommitResult =
  { readonly ok: true; readonly seen: number } | { readonly ok: false; readonly reason: 'fenced' };

export interface RangeQuery {
  /** Inclusive. */
  readonly from: string;
  /** Exclusive. */
  readonly to: string;
  /** The most rows to answer, ≥ 1. */
  readonly max: number;
  /** From `to` downwards. */
  readonly reverse?: boolean;
}

/**
 * Where projections keep their rows. Folds skip what a row has already seen, so a store may either write rows and
 * checkpoints in one transaction (LMDB) or row by row, each only over a lower revision, and the checkpoints last (DynamoDB):
 * a crash in between is repaired by folding again from the older checkpoint.
 */
export interface ReadModelStore {
  /** Makes the caller the only writer; commits of earlier writers are refused from now on. */
  takeOver(): Promise<Writer>;
  /** Writes the rows whose stored revision is lower, then the checkpoints. @throws when the outcome is unknown. */
  commit(writer: Writer, commit: ReadModelCommit): Promise<CommitResult>;
  /** The checkpoint last committed for a source; undefined before the first. */
  checkpoint(source: string): Promise<string | undefined>;
  /** One answer per key, in order. Synchronous where the store can: a fold that finds its rows at once does not wait. */
  load(
    table: string,
    keys: readonly string[],
  ): readonly (Row | undefined)[] | Promise<readonly (Row | undefined)[]>;
  /** Rows in key order (UTF-8), committed ones only. */
  range(table: string, query: RangeQuery): Promise<readonly Row[]>;
  /** Flushes and lets go. */
  close(): Promise<void>;
}

/** Nest injection token of the process's read-model store. */
export const READ_MODEL_STORE = Symbol('ReadModelStore');
