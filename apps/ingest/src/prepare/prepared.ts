import type { PreparedEvents, RefusedRecord } from '@flightdeck/ledger';
import type { KnownProfile } from '@flightdeck/profiles';

/** What became of the records of one request: each is in one of the packs or refused. */
export interface Prepared {
  readonly records: number;
  /** One pack for each partition that got any, at most. */
  readonly packs: readonly PreparedEvents[];
  readonly refused: readonly RefusedRecord[];
  /** Places of `refused` in the request. */
  readonly refusedOrdinals: readonly number[];
  /** By ordinal; only when asked for. */
  readonly eventIds?: readonly (string | undefined)[];
}

/** Profiles by the producer's userId, as far as they could be had. */
export type Profiles = ReadonlyMap<string, KnownProfile>;

export interface PrepareOptions {
  readonly profiles?: Profiles;
  /** Answer the eventId of each record, for per-event results. */
  readonly eventIds?: boolean;
}
