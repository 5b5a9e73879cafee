export const DUPLICATES_FILTERED = 'DuplicatesFiltered';

/** Deliveries of one campaign, on one of its days, of events that the ledger already had. */
export interface FilteredDuplicates {
  readonly campaignId: string;
  /** The campaign's local day on which they occurred, YYYY-MM-DD. */
  readonly day: string;
  readonly events: number;
  /** What they would have added to the net spend once more. */
  readonly amount: { readonly micros: number; readonly nanos: number };
}

/** Duplicates that were left out, before their senders were answered. Stream `duplicates-<partition>`. Stored for ever. */
export interface DuplicatesFiltered {
  readonly rows: readonly FilteredDuplicates[];
  /** RFC 3339 UTC. */
  readonly at: string;
}
