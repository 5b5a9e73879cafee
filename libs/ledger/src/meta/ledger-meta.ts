import {
  decodeJson,
  encodeJson,
  LEDGER_CREATED,
  LEDGER_META_STREAM,
  type LedgerCreated,
} from '@flightdeck/contracts';
import type { EventStore } from '@flightdeck/event-store';
import { appendSurely } from '../append/append-surely.js';

/** The most partitions of a ledger. */
export const PARTITIONS_MAX = 256;

/** The ledger was created with another number of partitions: with this one, a campaign's events would be in two streams. */
export class PartitionsMismatch extends Error {
  override readonly name = 'PartitionsMismatch';
  constructor(
    readonly configured: number,
    readonly created: number,
  ) {
    super(
      `This ledger was created with ${created} partitions and can never have another number; ${configured} are configured.`,
    );
  }
}

export interface CreateLedger {
  readonly partitions: number;
  readonly dedupeHorizonMs: number;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly newId: () => string;
}

/**
 * What the ledger in `store` was created as; creates it when there is none.
 * @throws {PartitionsMismatch} when it was created with another number of partitions.
 * @throws {RangeError} when the number is not a whole one from 1 to {@link PARTITIONS_MAX}.
 */
export async function openLedgerMeta(store: EventStore, options: CreateLedger): Promise<LedgerCreated> {
  const { partitions } = options;
  if (!Number.isInteger(partitions) || partitions < 1 || partitions > PARTITIONS_MAX) {
    throw new RangeError(`A ledger has 1 to ${PARTITIONS_MAX} partitions, not ${partitions}.`);
  }
  const created = (await readLedgerMeta(store)) ?? (await create(store, options));
  if (created.partitions !== partitions) throw new PartitionsMismatch(partitions, created.partitions);
  return created;
}

/** What the ledger in `store` was created as; undefined when there is none. */
export async function readLedgerMeta(store: Pick<EventStore, 'read'>): Promise<LedgerCreated | undefined> {
  for await (const event of store.read(LEDGER_META_STREAM, 'start', { direction: 'forwards', max: 1 })) {
    if (event.type !== LEDGER_CREATED) throw new Error(`${LEDGER_META_STREAM} begins with ${event.type}.`);
    return decodeJson<LedgerCreated>(event.data);
  }
  return undefined;
}

/** Of two processes that create the ledger at once, one does, and both read what it said. */
async function create(store: EventStore, options: CreateLedger): Promise<LedgerCreated> {
  const { partitions, dedupeHorizonMs, clock, newId } = options;
  const created: LedgerCreated = {
    ledgerId: newId(),
    partitions,
    dedupeHorizonMs,
    at: new Date(clock()).toISOString(),
  };
  const event = { id: newId(), type: LEDGER_CREATED, data: encodeJson(created), metadata: encodeJson({}) };
  await appendSurely(store, LEDGER_META_STREAM, [event], 'no-stream');
  const stored = await readLedgerMeta(store);
  if (stored === undefined) throw new Error(`${LEDGER_META_STREAM} is empty after it was written.`);
  return stored;
}
