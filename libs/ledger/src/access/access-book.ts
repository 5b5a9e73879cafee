import { ACCESS_AUDIT_STREAM, ACCESS_BOOKED, encodeJson, type AccessBooked } from '@flightdeck/contracts';
import type { EventStore, NewEvent } from '@flightdeck/event-store';
import { SharedStream } from '../append/shared-stream.js';

/** Accesses that may wait for the ledger; one more is refused. */
const WAITING_MAX = 10_000;
/** Accesses in one append. */
const BATCH_MAX = 500;

interface Waiting {
  readonly event: NewEvent;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Writes accesses to the ledger's stream `access-audit`. Those that arrive while an append is under way share the next one. */
export class LedgerAccessBook {
  private waiting: Waiting[] = [];
  private writing = false;
  private readonly stream: SharedStream;

  constructor(
    store: EventStore,
    private readonly newId: () => string,
  ) {
    this.stream = new SharedStream(store, ACCESS_AUDIT_STREAM);
  }

  /** Resolves once the access is durable. @throws when it is not known to be. */
  book(access: AccessBooked): Promise<void> {
    if (this.waiting.length >= WAITING_MAX)
      return Promise.reject(new Error(`${WAITING_MAX} accesses wait to be booked.`));
    const event = {
      ...{ id: this.newId(), type: ACCESS_BOOKED },
      ...{ data: encodeJson(access), metadata: encodeJson({ actor: access.actor }) },
    };
    const booked = new Promise<void>((resolve, reject) => this.waiting.push({ event, resolve, reject }));
    if (!this.writing) void this.write(); // cannot reject: each access is told
    return booked;
  }

  private async write(): Promise<void> {
    this.writing = true;
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, BATCH_MAX);
      try {
        await this.stream.append(batch.map(({ event }) => event));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.writing = false;
  }
}
