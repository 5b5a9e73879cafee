import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { momentOf, STREAM, type BacktestSpec } from '@flightdeck/contracts';
import { formatInstant } from '@flightdeck/domain';
import { eventStoreDb } from '@flightdeck/event-store/eventstoredb';
import { lmdbLedgerReader } from '@flightdeck/event-store/lmdb-reader';
import { headAsOf, readLedgerMeta, type ReadableLedger } from '@flightdeck/ledger';
import type { ReadModelStore } from '@flightdeck/read-models';
import { lmdbReadModels } from '@flightdeck/read-models/lmdb';
import type { Config } from '../config.js';

/** The ledger in the data directory of this process. */
const EMBEDDED = 'lmdb:';
/** Holds what a backtest goes on from when it was cut off, in a directory for each; one runs at a time. */
const SCRATCH = 'backtest-scratch';

type Place = Pick<Config, 'eventStore' | 'dataDir'>;

/** What a backtest stands on, and how to let go of it. */
export interface BacktestGround {
  readonly ledger: ReadableLedger;
  readonly store: ReadModelStore;
  /** Ad events of the ledger up to where the backtest reads. */
  readonly eventsTotal: number;
  /** Makes {@link store} an empty one. */
  empty(): Promise<ReadModelStore>;
  close(): Promise<void>;
}

/**
 * The ledger, to be followed from beside the process that owns it, and read models in a directory of this backtest's own, which may
 * hold what it has come to before. What others have left there is removed.
 */
export async function openBacktestGround(
  { eventStore, dataDir }: Place,
  { backtestId, untilMs }: Pick<BacktestSpec, 'backtestId' | 'untilMs'>,
): Promise<BacktestGround> {
  const ledger =
    eventStore === EMBEDDED ? await lmdbLedgerReader(join(dataDir, 'ledger')) : eventStoreDb(eventStore);
  const parent = join(dataDir, SCRATCH);
  mkdirSync(parent, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(parent))
    if (name !== nameOf(backtestId)) rmSync(join(parent, name), { recursive: true, force: true });
  const scratch = join(parent, nameOf(backtestId));
  let store = lmdbReadModels(scratch);
  return {
    ...{ ledger, store, eventsTotal: await adEventsIn(ledger, untilMs) },
    empty: async () => {
      await store.close();
      rmSync(scratch, { recursive: true, force: true });
      return (store = lmdbReadModels(scratch));
    },
    close: async () => {
      await store.close();
      await ledger.close();
    },
  };
}

/** Removes what a backtest would go on from. */
export function discardBacktest(dataDir: string): (spec: Pick<BacktestSpec, 'backtestId'>) => void {
  return ({ backtestId }) =>
    rmSync(join(dataDir, SCRATCH, nameOf(backtestId)), { recursive: true, force: true });
}

/** Ids of backtests are UUIDs; another is no name of a directory. */
function nameOf(backtestId: string): string {
  if (!/^[0-9a-f-]{36}$/.test(backtestId)) throw new RangeError(`'${backtestId}' is no id of a backtest.`);
  return backtestId;
}

async function adEventsIn(ledger: ReadableLedger, untilMs: number | undefined): Promise<number> {
  const partitions = (await readLedgerMeta(ledger))?.partitions ?? 0;
  const moment = untilMs === undefined ? undefined : momentOf(formatInstant(untilMs));
  let events = 0;
  for (let partition = 0; partition < partitions; partition++)
    events += (await headAsOf(ledger, STREAM.ads(partition), moment)) + 1;
  return events;
}
