import { describe, expect, it } from '@jest/globals';
import type { AppendResult, EventStore, Expected, NewEvent } from '@flightdeck/event-store';
import fc from 'fast-check';
import type { EventStorePlace, NewPlace } from './place.js';
import { eventsOf, followToEnd, idsOf, newCategory, newEvents, readAll } from './sample.js';

const RUNS = 25;

/** One step: append to one of three streams, new events or those of an earlier step again; or open the store anew. */
type Step =
  | {
      readonly kind: 'append';
      readonly stream: number;
      readonly count: number;
      readonly expected: Expected | 'head';
    }
  | { readonly kind: 'retry'; readonly back: number }
  | { readonly kind: 'reopen' };

interface Append {
  readonly stream: string;
  readonly events: readonly NewEvent[];
  readonly expected: Expected;
}

/** The whole contract of `append`, over ids. */
function modelAppend(ids: Map<string, string[]>, { stream, events, expected }: Append): AppendResult {
  const stored = ids.get(stream) ?? [];
  const head = stored.length - 1;
  const actual = head === -1 ? 'no-stream' : head;
  const after = expected === 'no-stream' ? -1 : expected;
  if (typeof after === 'number' && after < head) {
    const there = stored.slice(after + 1, after + 1 + events.length);
    return there.join() === idsOf(events).join()
      ? { ok: true, revision: after + events.length }
      : { ok: false, actual };
  }
  if (after === 'stream-exists' ? head === -1 : after !== 'any' && after !== head)
    return { ok: false, actual };
  ids.set(stream, [...stored, ...idsOf(events)]);
  return { ok: true, revision: head + events.length };
}

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('append' as const),
      stream: fc.integer({ min: 0, max: 2 }),
      count: fc.integer({ min: 1, max: 4 }),
      expected: fc.oneof(
        fc.constantFrom(
          'head' as const,
          'head' as const,
          'no-stream' as const,
          'any' as const,
          'stream-exists' as const,
        ),
        fc.integer({ min: 0, max: 9 }),
      ),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('retry' as const), back: fc.integer({ min: 1, max: 5 }) }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'reopen' as const }) },
);

/** Any sequence of steps, one after another or several at once, answers and stores as the model does. */
export function modelled(newPlace: NewPlace): void {
  describe('like the model', () => {
    it.each([1, 5])('whatever is appended, %p at a time', async (together) => {
      const place = await newPlace();
      try {
        await fc.assert(
          fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 30 }), (steps) =>
            play(place, steps, together),
          ),
          { numRuns: RUNS },
        );
      } finally {
        await place.dispose();
      }
    });
  });
}

async function play(place: EventStorePlace, steps: readonly Step[], together: number): Promise<void> {
  const category = newCategory();
  const ids = new Map<string, string[]>();
  const appends: Append[] = [];
  let store = await place.open();
  try {
    for (let i = 0; i < steps.length; i += together) {
      const now = steps.slice(i, i + together);
      if (now.some(({ kind }) => kind === 'reopen')) {
        await store.close();
        store = await place.open();
      }
      const wanted: AppendResult[] = [];
      const got: Promise<AppendResult>[] = [];
      for (const next of now) {
        const append = toAppend(next, category, ids, appends);
        if (append === undefined) continue;
        appends.push(append);
        wanted.push(modelAppend(ids, append));
        got.push(store.append(append.stream, append.events, append.expected));
      }
      expect(await Promise.all(got)).toMatchObject(wanted);
    }
    await expectStored(store, category, ids);
  } finally {
    await store.close();
  }
}

function toAppend(
  next: Step,
  category: string,
  ids: ReadonlyMap<string, string[]>,
  appends: readonly Append[],
): Append | undefined {
  if (next.kind === 'reopen') return undefined;
  if (next.kind === 'retry') return appends.at(-next.back);
  const stream = `${category}-${next.stream}`;
  const head = (ids.get(stream) ?? []).length - 1;
  const expected = next.expected === 'head' ? (head === -1 ? 'no-stream' : head) : next.expected;
  return { stream, events: newEvents(next.count), expected };
}

async function expectStored(
  store: EventStore,
  category: string,
  ids: ReadonlyMap<string, string[]>,
): Promise<void> {
  for (const [stream, stored] of ids) {
    expect(idsOf(await readAll(store, stream))).toEqual(stored);
    expect(idsOf(eventsOf(await followToEnd(store, { stream })))).toEqual(stored);
  }
  const followed = eventsOf(await followToEnd(store, { prefix: `${category}-` }));
  expect(followed).toHaveLength([...ids.values()].flat().length);
  for (const [stream, stored] of ids)
    expect(idsOf(followed.filter((event) => event.stream === stream))).toEqual(stored);
}
