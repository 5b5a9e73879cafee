import type { EventStore } from '@flightdeck/event-store';

/** What an append does besides: it throws before or after it was written, or it is written twice over another's append. */
export type Fault = 'none' | 'throws-before' | 'throws-after';

/** A store whose appends to one stream go wrong as `faults` says, one fault an append; then they go right. */
export function faultyStore(store: EventStore, stream: string, faults: Fault[]): EventStore {
  return {
    append: async (to, events, expected) => {
      const fault = to === stream ? (faults.shift() ?? 'none') : 'none';
      if (fault === 'throws-before') throw new Error('planted: not written');
      const result = await store.append(to, events, expected);
      if (fault === 'throws-after') throw new Error('planted: written');
      return result;
    },
    read: (from, revision, options) => store.read(from, revision, options),
    follow: (selector, from, signal) => store.follow(selector, from, signal),
    close: () => store.close(),
  };
}

/** A store that says when an append was the repetition of another, as seen by all who share it. */
export function tellingStore(store: EventStore): EventStore {
  const written = new Set<string>();
  return {
    ...faultyStore(store, '', []),
    append: async (stream, events, expected) => {
      const result = await store.append(stream, events, expected);
      if (!result.ok || events.length === 0) return result;
      const first = `${stream} ${result.revision - events.length + 1}`;
      if (written.has(first)) return { ...result, repeated: true };
      for (let i = 0; i < events.length; i++) written.add(`${stream} ${result.revision - i}`);
      return result;
    },
  };
}

/** Ids that stand in a stream, in order. */
export async function storedIds(store: EventStore, stream: string): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const event of store.read(stream, 'start', { direction: 'forwards', max: 1_000_000 }))
    ids.push(event.id);
  return ids;
}

/** The events of a stream as JSON values with their types. */
export async function storedFacts(
  store: EventStore,
  stream: string,
): Promise<readonly { readonly type: string; readonly data: Record<string, unknown> }[]> {
  const facts = [];
  for await (const event of store.read(stream, 'start', { direction: 'forwards', max: 1_000_000 })) {
    facts.push({
      type: event.type,
      data: JSON.parse(Buffer.from(event.data).toString()) as Record<string, unknown>,
    });
  }
  return facts;
}
