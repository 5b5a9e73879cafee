import { PREFIX, STREAM } from '@flightdeck/contracts';
import { headAsOf, readLedgerMeta, type ReadableLedger } from '@flightdeck/ledger';
import { ADS_SOURCE, QUARANTINE_SOURCE } from '@flightdeck/read-models';
import { foldInto, type Heads, type LiveProjection, type Source } from './live-projection.js';
import type { Served } from './served.js';

const SOURCES: readonly (readonly [Source, string])[] = [
  [ADS_SOURCE, PREFIX.ads],
  [QUARANTINE_SOURCE, PREFIX.quarantine],
];
/** Each pass leaves only what was stored meanwhile; the last is folded while others wait. */
const PASSES = 3;

/** Folds what the ledger holds into `beside`, from its checkpoint on, giving way to others after every batch; notes the heads. */
export async function catchUp(
  ledger: ReadableLedger,
  beside: Served,
  heads: Heads,
  onFolded: (events: number) => void,
  signal: AbortSignal,
): Promise<void> {
  for (let pass = 1; pass <= PASSES; pass++) {
    await foldOnce(ledger, beside, heads, signal, async (events) => {
      onFolded(events);
      await new Promise(setImmediate);
    });
  }
}

/**
 * While nothing is folded: brings both sets to exactly the same place, and folds them from the same batches from there on. `heads` is
 * what `beside` has folded since its checkpoint; a stream that is not among them had nothing since, and the served set is never
 * behind that checkpoint.
 */
export async function attachBeside(
  ledger: ReadableLedger,
  live: LiveProjection,
  beside: Served,
  heads: Heads,
  signal: AbortSignal,
): Promise<void> {
  await foldOnce(ledger, beside, heads, signal, () => Promise.resolve());
  await foldUpTo(ledger, live.current, heads, signal);
  live.attach(beside, heads);
}

/** Only what a follower is shown counts as folded: the end of a stream may be read before it is durable. */
async function foldOnce(
  ledger: ReadableLedger,
  beside: Served,
  heads: Heads,
  signal: AbortSignal,
  after: (events: number) => Promise<void>,
): Promise<void> {
  for (const [source, prefix] of SOURCES) {
    const from = beside.projector.checkpoint(source) ?? 'start';
    for await (const batch of ledger.follow({ prefix }, from, signal)) {
      await foldInto(beside, source, batch);
      for (const { stream, revision } of batch.events) heads.set(stream, revision);
      await after(batch.events.length);
      if (batch.caughtUp) break;
    }
    signal.throwIfAborted();
  }
}

/** The last event of each partition's streams. */
export async function headsOf(ledger: ReadableLedger): Promise<Heads> {
  const partitions = (await readLedgerMeta(ledger))?.partitions ?? 0;
  const heads: Heads = new Map();
  for (let partition = 0; partition < partitions; partition++)
    for (const stream of [STREAM.ads(partition), STREAM.quarantine(partition)])
      heads.set(stream, await headAsOf(ledger, stream));
  return heads;
}

/** Folds on to exactly the heads. From a batch on that reaches beyond them the checkpoint stays: what is beyond comes again. */
async function foldUpTo(
  ledger: ReadableLedger,
  served: Served,
  heads: Heads,
  signal: AbortSignal,
): Promise<void> {
  for (const [source, prefix] of SOURCES) {
    let reached = served.projector.checkpoint(source) ?? 'start';
    let isBeyond = false;
    for await (const batch of ledger.follow({ prefix }, reached, signal)) {
      const events = batch.events.filter(({ stream, revision }) => revision <= (heads.get(stream) ?? -1));
      isBeyond ||= events.length < batch.events.length;
      if (!isBeyond) reached = batch.checkpoint;
      const { caughtUp } = batch;
      await foldInto(served, source, { events, caughtUp, checkpoint: reached });
      if (caughtUp) break;
    }
    signal.throwIfAborted();
  }
}
