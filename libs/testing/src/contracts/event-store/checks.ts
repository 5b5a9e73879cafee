import type { AppendResult, EventStore, Expected, NewEvent, StoredEvent } from '@flightdeck/event-store';
import { eventsOf, followUntil, idsOf, newEvents, readAll } from './sample.js';

const WRITERS = 6;
const APPENDS = 12;
const BATCH = 3;
const MARK = 'mark';
const RACERS = 20;
const WINS = 3;
/** A writer that meets all others at every step still wins within this many tries. */
const ATTEMPTS_MAX = 1_000;

/** What is wrong with an order in which events were seen; nothing is the right answer. */
export function orderProblems(seen: readonly StoredEvent[], firstRevision = 0): string[] {
  const problems: string[] = [];
  const next = new Map<string, number>();
  let recordedAtMs = 0;
  for (const event of seen) {
    const expected = next.get(event.stream) ?? firstRevision;
    if (event.revision !== expected)
      problems.push(`${event.stream}: revision ${event.revision} came where ${expected} was due`);
    next.set(event.stream, event.revision + 1);
    if (event.recordedAtMs < recordedAtMs)
      problems.push(`${event.stream}@${event.revision} was recorded before its predecessor`);
    recordedAtMs = event.recordedAtMs;
  }
  return problems;
}

/** Ids that were written and not seen, or seen other than once. */
export function contentProblems(written: readonly string[], seen: readonly StoredEvent[]): string[] {
  const times = new Map<string, number>();
  for (const event of seen) times.set(event.id, (times.get(event.id) ?? 0) + 1);
  const problems = written
    .filter((id) => times.get(id) !== 1)
    .map((id) => `${id} was seen ${times.get(id) ?? 0} times`);
  if (times.size !== written.length)
    problems.push(`${times.size} ids were seen of ${written.length} written`);
  return problems;
}

/** Several writers append to streams of one category while two followers read it, one from before and one from amid it. */
export async function followWhileAppending(store: EventStore, category: string): Promise<string[]> {
  const events = newEvents(WRITERS * APPENDS * BATCH);
  const early = followToMark(store, category);
  let late: Promise<StoredEvent[]> | undefined;
  const write = async (writer: number): Promise<void> => {
    for (let round = 0; round < APPENDS; round++) {
      const from = (writer * APPENDS + round) * BATCH;
      const expected = round === 0 ? 'no-stream' : round * BATCH - 1;
      const result = await store.append(`${category}-${writer}`, events.slice(from, from + BATCH), expected);
      if (!result.ok) throw new Error(`Writer ${writer} lost a race against nobody.`);
      if (round === APPENDS / 2) late ??= followToMark(store, category);
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));
  await store.append(`${category}-${MARK}`, newEvents(1), 'no-stream');
  const seen = await Promise.all([early, late ?? []]);
  const problems = seen.flatMap((followed) => [
    ...orderProblems(followed),
    ...contentProblems(idsOf(events), followed),
  ]);
  if (idsOf(seen[0]).join() !== idsOf(seen[1]).join()) problems.push('two followers saw different orders');
  return problems;
}

/** What a follower of the category sees until the event that is written last. */
async function followToMark(store: EventStore, category: string): Promise<StoredEvent[]> {
  const isMark = (event: StoredEvent): boolean => event.stream === `${category}-${MARK}`;
  const batches = await followUntil(
    store,
    { prefix: `${category}-` },
    'start',
    (soFar) => soFar.at(-1)?.events.some(isMark) === true,
  );
  return eventsOf(batches).filter((event) => !isMark(event));
}

/** Many callers race for every revision of one stream and try again after each race lost: nothing is lost or written twice. */
export async function raceWithRetries(store: EventStore, stream: string): Promise<string[]> {
  const events = newEvents(RACERS * WINS);
  const problems: string[] = [];
  const race = async (racer: number): Promise<void> => {
    let expected: Expected = 'no-stream';
    let won = 0;
    for (let attempt = 0; won < WINS; attempt++) {
      if (attempt === ATTEMPTS_MAX) throw new Error('A racer never won.');
      const event = events[racer * WINS + won] as NewEvent;
      const result: AppendResult = await store.append(stream, [event], expected);
      expected = result.ok ? result.revision : result.actual;
      if (result.ok) won++;
    }
  };
  await Promise.all(Array.from({ length: RACERS }, (_, racer) => race(racer)));
  const stored = await readAll(store, stream);
  problems.push(...orderProblems(stored), ...contentProblems(idsOf(events), stored));
  return problems;
}

/** Of callers that expect the same revision, exactly one may win, and the others are told what won. */
export async function raceForOneRevision(store: EventStore, stream: string): Promise<string[]> {
  const results = await Promise.all(
    newEvents(RACERS).map((event) => store.append(stream, [event], 'no-stream')),
  );
  const problems: string[] = [];
  const won = results.filter((result) => result.ok).length;
  if (won !== 1) problems.push(`${won} callers won`);
  if (results.some((result) => !result.ok && result.actual !== 0))
    problems.push('a loser was told of another head');
  const stored = await readAll(store, stream);
  if (stored.length !== 1) problems.push(`${stored.length} events were stored`);
  return problems;
}
