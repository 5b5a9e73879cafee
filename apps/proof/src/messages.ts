/** What the keeper's thread is told when it starts. */
export interface KeeperSettings {
  /** The ledger's directory, or an EventStoreDB connection string. */
  readonly ledger: { readonly directory: string } | { readonly connectionString: string };
  /** Of the proof log. */
  readonly directory: string;
  /** Name of the log. */
  readonly origin: string;
  /** 32-byte Ed25519 seed. */
  readonly seed: Uint8Array;
  /** `file:<path>` and `s3://<bucket>?…`, where checkpoints are kept outside. */
  readonly anchors: readonly string[];
}

/** All that the keeper is ever told. */
export type ToKeeper = { readonly kind: 'stop' };

export type FromKeeper =
  /** It has opened what it stands on. */
  | { readonly kind: 'following' }
  | { readonly kind: 'anchor-failed'; readonly anchor: string; readonly error: string }
  /** Somebody has to look: see LedgerNotAsSigned and WrongLogKey. */
  | { readonly kind: 'broken'; readonly name: string; readonly detail: string; readonly index?: number }
  | { readonly kind: 'failed'; readonly error: string };
