import { randomUUID } from 'node:crypto';
import type {
  Batch,
  EventStore,
  NewEvent,
  ReadOptions,
  Selector,
  StoredEvent,
} from '@flightdeck/event-store';

const text = new TextEncoder();

/** Events with new ids and JSON data that tells them apart. */
export function newEvents(count: number): readonly NewEvent[] {
  return Array.from({ length: count }, (_, i) => newEvent(JSON.stringify({ i })));
}

export function newEvent(data: string, metadata = '{}'): NewEvent {
  return { id: randomUUID(), type: 'Sampled', data: text.encode(data), metadata: text.encode(metadata) };
}

/** A category that no other test uses, and streams in it. */
export function newCategory(): string {
  return `t${randomUUID().replaceAll('-', '')}`;
}

export function newStream(): string {
  return `${newCategory()}-1`;
}

export async function readAll(
  store: EventStore,
  stream: string,
  from: number | 'start' | 'end' = 'start',
  options: ReadOptions = { direction: 'forwards', max: 100_000 },
): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const event of store.read(stream, from, options)) events.push(event);
  return events;
}

/** Batches from a place until `enough` of them, which must come true. */
export async function followUntil(
  store: EventStore,
  selector: Selector,
  from: string,
  enough: (batches: readonly Batch[]) => boolean,
): Promise<readonly Batch[]> {
  const stop = new AbortController();
  const batches: Batch[] = [];
  for await (const batch of store.follow(selector, from, stop.signal)) {
    batches.push(batch);
    if (enough(batches)) break;
  }
  stop.abort();
  return batches;
}

/** Everything stored so far. */
export async function followToEnd(
  store: EventStore,
  selector: Selector,
  from = 'start',
): Promise<readonly Batch[]> {
  return followUntil(store, selector, from, (batches) => batches.at(-1)?.caughtUp === true);
}

export function eventsOf(batches: readonly Batch[]): StoredEvent[] {
  return batches.flatMap((batch) => batch.events);
}

export function idsOf(events: readonly NewEvent[]): string[] {
  return events.map((event) => event.id);
}

/** A stored event as plain data, so that two can be compared. */
export function plain(event: StoredEvent): object {
  const { id, type, stream, revision, recordedAtMs } = event;
  return { id, type, stream, revision, recordedAtMs, data: hex(event.data), metadata: hex(event.metadata) };
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
}
