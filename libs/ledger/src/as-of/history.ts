import type { EventStore, PlacedEvent, StoredEvent } from '@flightdeck/event-store';

/** A ledger that can only be read. */
export type ReadableLedger = Pick<EventStore, 'read' | 'follow'>;

/** Both inclusive; `to` below `from` is empty. */
export interface Revisions {
  readonly from: number;
  readonly to: number;
}

/** Streams of a ledger, in the batches in which it keeps them: nothing but reading can be reached from here. */
export interface LedgerHistory {
  read(stream: string, range: Revisions, signal: AbortSignal): AsyncIterable<readonly StoredEvent[]>;
}

/** Reads a ledger's streams range by range, as {@link LedgerHistory} has it. */
export function historyOf(ledger: ReadableLedger): LedgerHistory {
  return { read: (stream, range, signal) => read(ledger, stream, range, signal) };
}

async function* read(
  ledger: ReadableLedger,
  stream: string,
  { from, to }: Revisions,
  signal: AbortSignal,
): AsyncGenerator<readonly StoredEvent[], void, undefined> {
  if (to < from) return;
  for await (const { events } of ledger.follow({ stream }, await place(ledger, stream, from), signal)) {
    const last = events.at(-1)?.revision ?? -1;
    const isWhole = last <= to && (events[0]?.revision ?? 0) >= from;
    const wanted = isWhole ? events : events.filter(({ revision }) => revision >= from && revision <= to);
    if (wanted.length > 0) yield wanted;
    if (last >= to) return;
  }
}

/** Where to follow the stream from: close to its event at `from` in a ledger that numbers its events, else from its start. */
async function place(ledger: ReadableLedger, stream: string, from: number): Promise<string> {
  if (from <= 0) return 'start';
  for await (const event of ledger.read(stream, from, { direction: 'forwards', max: 1 })) {
    const { position } = event as Partial<PlacedEvent>;
    if (position !== undefined) return String(position);
  }
  return 'start';
}
