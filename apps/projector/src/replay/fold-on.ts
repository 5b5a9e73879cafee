import { PREFIX } from '@flightdeck/contracts';
import {
  ADS_SOURCE,
  type FoldVersion,
  type PartitionRange,
  Projector,
  QUARANTINE_SOURCE,
  type ReadModelStore,
} from '@flightdeck/read-models';
import type { ReadableLedger } from '@flightdeck/ledger';

/**
 * Brings read models up to the ends of the ranges, as a projector does that was stopped: from their checkpoint on, and not one
 * event further. What was folded ahead of the checkpoint is folded again to the same rows.
 */
export async function foldOn(
  ledger: ReadableLedger,
  store: ReadModelStore,
  version: FoldVersion,
  ranges: readonly PartitionRange[],
  signal: AbortSignal,
): Promise<void> {
  const faults: unknown[] = [];
  const projector = await Projector.open(store, { version, onFault: (error) => faults.push(error) });
  const ends = new Map(
    ranges.flatMap(({ ads, quarantine }) => [ads, quarantine]).map((to) => [to.stream, to.to]),
  );
  try {
    for (const [source, prefix] of [
      [ADS_SOURCE, PREFIX.ads],
      [QUARANTINE_SOURCE, PREFIX.quarantine],
    ] as const) {
      for await (const batch of ledger.follow({ prefix }, projector.checkpoint(source) ?? 'start', signal)) {
        const events = batch.events.filter(({ stream, revision }) => revision <= (ends.get(stream) ?? -1));
        const { checkpoint, caughtUp } = batch;
        if (source === ADS_SOURCE) await projector.foldAds({ events, checkpoint, caughtUp });
        else await projector.foldQuarantine({ events, checkpoint, caughtUp });
        if (caughtUp) break;
      }
    }
    signal.throwIfAborted();
    await projector.close();
    if (faults.length > 0) throw new Error('The copied rows could not be kept.', { cause: faults[0] });
  } catch (error) {
    projector.abandon();
    throw error;
  }
}
