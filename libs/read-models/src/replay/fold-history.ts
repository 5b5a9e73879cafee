import type { LedgerEvent } from '../ledger-batch.js';
import { Projector } from '../projector.js';
import type { FoldVersion } from '../fold-version.js';
import type { ReadModelStore } from '../read-model-store.js';

/** Rows of one replayed partition that are kept in memory. */
export const REPLAY_HOT_ROWS_MAX = 100_000;

/** Where a partition's events come from, in the order in which they were stored. Nothing can be written to it. */
export interface History {
  /** Events of a stream from one revision to another, both inclusive, in batches. Ends early only when `signal` aborts. */
  read(stream: string, range: RevisionRange, signal: AbortSignal): AsyncIterable<readonly LedgerEvent[]>;
}

/** Both inclusive; `to` below `from` is empty. */
export interface RevisionRange {
  readonly from: number;
  readonly to: number;
}

/** What of one partition is folded. */
export interface PartitionRange {
  readonly partition: number;
  readonly ads: { readonly stream: string } & RevisionRange;
  readonly quarantine: { readonly stream: string } & RevisionRange;
}

export interface FoldHistory {
  readonly history: History;
  readonly range: PartitionRange;
  /** Of its own: nothing else is folded into it. */
  readonly store: ReadModelStore;
  /** The version of the folds; the current one unless given. */
  readonly version?: FoldVersion;
  readonly onFolded: (events: number) => void;
}

/**
 * Folds a range of one partition into a fresh store with the folds of the live system, and commits. What one partition's
 * rows say depends on its own streams only, so partitions may be folded one after another or side by side.
 * @throws when `signal` aborts, and whatever the folds or the store throw.
 */
export async function foldHistory(request: FoldHistory, signal: AbortSignal): Promise<void> {
  const { history, range, store, version, onFolded } = request;
  const faults: unknown[] = [];
  const onFault = (error: unknown): void => void faults.push(error);
  const projector = await Projector.open(store, {
    ...{ onFault, hotRowsMax: REPLAY_HOT_ROWS_MAX },
    ...(version === undefined ? {} : { version }),
  });
  try {
    for await (const events of history.read(range.ads.stream, range.ads, signal)) {
      await projector.foldAds(batch(events));
      onFolded(events.length);
    }
    for await (const events of history.read(range.quarantine.stream, range.quarantine, signal)) {
      await projector.foldQuarantine(batch(events));
      onFolded(events.length);
    }
    signal.throwIfAborted();
    if (faults.length > 0) throw new Error('The replayed rows could not be kept.', { cause: faults[0] });
    await projector.close();
  } catch (error) {
    projector.abandon();
    throw error;
  }
}

function batch(events: readonly LedgerEvent[]): Parameters<Projector['foldAds']>[0] {
  return { events, checkpoint: String(events.at(-1)?.revision ?? -1), caughtUp: false };
}
