import {
  OUTCOME,
  type AdLedger,
  type PartitionOutcome,
  type PreparedEvents,
  type RefusedRecord,
} from '@flightdeck/ledger';

/** Keeps ids and hashes in memory and judges as the ledger does; a test breaks it where it wants. */
export class MemoryLedger implements AdLedger {
  readonly partitions = 16;
  readonly stored = new Map<string, string>();
  readonly bodies: string[] = [];
  readonly quarantined: RefusedRecord[] = [];
  readonly options: ({ readonly acceptFromMs?: number } | undefined)[] = [];
  waiting = 0;
  /** Called before each write. */
  before: (partition: number) => Promise<void> = async () => Promise.resolve();

  async append(
    events: PreparedEvents,
    options?: { readonly acceptFromMs?: number },
  ): Promise<PartitionOutcome> {
    await this.before(events.partition);
    this.options.push(options);
    const outcomes = Uint8Array.from({ length: events.count }, (_, at) => this.add(events, at));
    const count = (outcome: number) => outcomes.filter((each) => each === outcome).length;
    return {
      accepted: count(OUTCOME.accepted),
      duplicates: count(OUTCOME.duplicate),
      conflicts: count(OUTCOME.conflict),
      outcomes,
    };
  }

  async quarantine(records: readonly RefusedRecord[]): Promise<{ quarantined: number; duplicates: number }> {
    await this.before(-1);
    this.quarantined.push(...records);
    return { quarantined: records.length, duplicates: 0 };
  }

  depth(): number {
    return this.waiting;
  }

  async close(): Promise<void> {
    return Promise.resolve();
  }

  private add(events: PreparedEvents, at: number): number {
    const id = Buffer.from(events.ids.slice(16 * at, 16 * at + 16)).toString('hex');
    const hash = Buffer.from(events.payloadHashes.slice(8 * at, 8 * at + 8)).toString('hex');
    const known = this.stored.get(id);
    if (known !== undefined) return known === hash ? OUTCOME.duplicate : OUTCOME.conflict;
    this.stored.set(id, hash);
    this.bodies.push(
      Buffer.from(events.bodies.slice(events.offsets[2 * at], events.offsets[2 * at + 1])).toString('utf8'),
    );
    return OUTCOME.accepted;
  }
}
