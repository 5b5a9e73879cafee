import { DUPLICATES_FILTERED, encodeJson, STREAM, type DuplicatesFiltered } from '@flightdeck/contracts';
import { formatInstant } from '@flightdeck/domain';
import type { EventStore, NewEvent } from '@flightdeck/event-store';
import { SharedStream } from '../append/shared-stream.js';
import { tallyDuplicates } from './tally.js';

/** Rows in one event: some 100 KiB. */
const ROWS_MAX = 1_000;

export interface DuplicateBookOptions {
  readonly store: EventStore;
  readonly partition: number;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** A new UUID. */
  readonly newId: () => string;
}

/** Keeps in the ledger how much a partition left out because it was there already. One booking at a time. */
export class DuplicateBook {
  private readonly stream: SharedStream;

  constructor(private readonly options: DuplicateBookOptions) {
    this.stream = new SharedStream(options.store, STREAM.duplicates(options.partition));
  }

  /** Takes the data of prepared events; resolves once they are booked. @throws when they are not known to be. */
  async book(duplicates: readonly Uint8Array[]): Promise<void> {
    const rows = tallyDuplicates(duplicates);
    const at = formatInstant(this.options.clock());
    const events: NewEvent[] = [];
    for (let from = 0; from < rows.length; from += ROWS_MAX) {
      const data: DuplicatesFiltered = { rows: rows.slice(from, from + ROWS_MAX), at };
      events.push({
        ...{ id: this.options.newId(), type: DUPLICATES_FILTERED },
        ...{ data: encodeJson(data), metadata: encodeJson({ source: 'ledger' }) },
      });
    }
    if (events.length > 0) await this.stream.append(events);
  }
}
