import type { EventStore, PlacedEvent, ReadOptions, Revision, StoredEvent } from '@flightdeck/event-store';

/**
 * A moment of the ledger: what had been recorded by a time (epoch milliseconds, inclusive), or its first so many events in
 * global order. Both cut every stream at one place of the one order.
 */
export type Moment = { readonly atMs: number } | { readonly position: number };

/** This ledger does not number its events, so a moment in it can only be named by a time. */
export class NoPositions extends Error {
  override readonly name = 'NoPositions';
}

type Readable = Pick<EventStore, 'read'>;

/** The revision of the stream's last event at the moment, -1 before its first. Reads as many events as the length has bits. */
export async function headAsOf(store: Readable, stream: string, moment?: Moment): Promise<Revision> {
  const last = await one(store, stream, 'end', 'backwards');
  if (last === undefined) return -1;
  if (moment === undefined || isIn(last, moment)) return last.revision;
  let low = 0; // the first `low` events are in
  let high = last.revision;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const event = await one(store, stream, middle, 'forwards');
    if (event !== undefined && isIn(event, moment)) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The store as it was at the moment: every stream ends there, so what is read from it is what was known then. */
export function storeAsOf(store: Readable, moment: Moment): Readable {
  return {
    read: (stream, from, options) => readUpTo(store, stream, from, options, moment),
  };
}

async function* readUpTo(
  store: Readable,
  stream: string,
  from: Revision | 'start' | 'end',
  options: ReadOptions,
  moment: Moment,
): AsyncGenerator<StoredEvent, void, undefined> {
  if (options.direction === 'forwards') {
    for await (const event of store.read(stream, from, options)) {
      if (!isIn(event, moment)) return;
      yield event;
    }
    return;
  }
  const head = await headAsOf(store, stream, moment);
  const start = typeof from === 'number' ? Math.min(from, head) : from === 'end' ? head : 0;
  if (head >= 0) yield* store.read(stream, start, options);
}

/** Whether the event had been recorded at the moment. @throws {NoPositions} */
export function isIn(event: StoredEvent, moment: Moment): boolean {
  if ('atMs' in moment) return event.recordedAtMs <= moment.atMs;
  const { position } = event as Partial<PlacedEvent>;
  if (position === undefined)
    throw new NoPositions('This ledger does not number its events: name the moment by a time.');
  return position < moment.position;
}

async function one(
  store: Readable,
  stream: string,
  from: Revision | 'end',
  direction: ReadOptions['direction'],
): Promise<StoredEvent | undefined> {
  for await (const event of store.read(stream, from, { direction, max: 1 })) return event;
  return undefined;
}
