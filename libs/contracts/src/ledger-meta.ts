/** The stream that says what this ledger is; it has exactly one event. */
export const LEDGER_META_STREAM = 'ledger-meta';

export const LEDGER_CREATED = 'LedgerCreated';

/** What was settled when the ledger was created and can never change. Stored for ever. */
export interface LedgerCreated {
  /** UUID; files that belong to this ledger carry it. */
  readonly ledgerId: string;
  /** Number of `ads-*` partitions, for ever. */
  readonly partitions: number;
  /** How long the de-duplication index holds an id by arrival, in milliseconds. */
  readonly dedupeHorizonMs: number;
  /** RFC 3339 UTC. */
  readonly at: string;
}
