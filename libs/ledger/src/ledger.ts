import type { PartitionOutcome, PreparedEvents, RefusedRecord } from './prepared-events.js';

/** The ad event ledger: partitions, each with one order, one writer queue and one exact de-duplication index. */
export interface AdLedger {
  /** Fixed when the ledger was created. */
  readonly partitions: number;
  /**
   * Filters duplicates and conflicts and appends the rest; resolves once durable. Conflicts are quarantined (durable) too.
   * `acceptFromMs` (a declared backfill): the index first covers every arrival since then, so that the widened window has no hole.
   * @throws {LedgerBusy} when the partition's queue is full; nothing was written.
   */
  append(events: PreparedEvents, options?: { readonly acceptFromMs?: number }): Promise<PartitionOutcome>;
  /** Appends to `quarantine-<partition>`, each distinct record once; resolves once durable. */
  quarantine(
    records: readonly RefusedRecord[],
  ): Promise<{ readonly quarantined: number; readonly duplicates: number }>;
  /** Events waiting in all queues, for metrics and back-pressure. */
  depth(): number;
  /** Settles what is queued, writes the index files, lets go. */
  close(): Promise<void>;
}

/** The writer's queue is full: try again after `retryAfterMs`. Nothing of the batch was written. */
export class LedgerBusy extends Error {
  override readonly name = 'LedgerBusy';
  constructor(readonly retryAfterMs: number) {
    super(`The ledger's queue is full; try again in ${retryAfterMs} ms.`);
  }
}

/** Nest injection token of the process's ad ledger. */
export const AD_LEDGER = Symbol('AdLedger');
