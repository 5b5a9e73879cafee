import { decodeJson } from '@flightdeck/contracts';
import { type LedgerEvent, partitionOf } from '../ledger-batch.js';
import type { ReadModelStore, RowWrite } from '../read-model-store.js';

const PARKED_TABLE = 'parked@1';
/** Parked events that are counted at a start; a ledger of a later release may hold any number. */
const COUNTED_MAX = 100_000;
const REVISION_DIGITS = 16;

/** An event that was passed over, because this release knows nothing of its type or version. */
export interface ParkedEvent {
  readonly stream: string;
  readonly revision: number;
  readonly id: string;
  readonly type: string;
  /** Epoch milliseconds. */
  readonly recordedAtMs: number;
}

/** Events of later releases: folding goes on without them, and they are told until read models are rebuilt that know them. */
export class ParkedEvents {
  private parked = 0;
  private readonly writes = new Map<string, RowWrite>();
  private readonly seen = new Map<string, number>();

  get count(): number {
    return this.parked;
  }

  park({ stream, revision, id, type, recordedAtMs }: LedgerEvent): void {
    if (revision <= (this.seen.get(stream) ?? -1)) return;
    this.seen.set(stream, revision);
    this.parked += 1;
    const key = `${stream}/${String(revision).padStart(REVISION_DIGITS, '0')}`;
    const event: ParkedEvent = { stream, revision, id, type, recordedAtMs };
    const value = Buffer.from(JSON.stringify(event));
    this.writes.set(key, { table: PARKED_TABLE, key, partition: partitionOf(stream), revision, value });
  }

  takeWrites(): RowWrite[] {
    const writes = [...this.writes.values()];
    this.writes.clear();
    return writes;
  }

  /** Reads back what was committed. */
  async load(store: ReadModelStore): Promise<void> {
    this.writes.clear();
    this.seen.clear();
    const parked = await listParked(store, COUNTED_MAX);
    for (const { stream, revision } of parked) this.seen.set(stream, revision);
    this.parked = parked.length;
  }
}

/** Committed parked events, stream by stream. */
export async function listParked(store: ReadModelStore, max: number): Promise<readonly ParkedEvent[]> {
  const rows = await store.range(PARKED_TABLE, { from: '', to: '\uffff', max });
  return rows.map(({ value }) => decodeJson<ParkedEvent>(value));
}
