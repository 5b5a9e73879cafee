import { randomUUID } from 'node:crypto';
import type { PlacedEvent, ServableEventStore } from '@flightdeck/event-store';
import type { Deletions } from '../append/deletions.js';
import { internal, invalidArgument, isRefusal, streamDeleted } from '../server/refusal.js';
import { BadFilter } from './filter.js';
import { caughtUp, checkpoint, confirmation, eventMessage, streamNotFound } from './messages.js';
import { readPlan, type ReadPlan } from './read-plan.js';
import { Sink, type ReadCall } from './sink.js';

export interface ReadDeps {
  readonly store: ServableEventStore;
  readonly deletions: Deletions | undefined;
  readonly onError: (error: unknown) => void;
}

/** Events that a filter looks at before others have their turn. */
const CONSIDERED_AT_ONCE = 1_000;

/** Streams/Read: reads and subscriptions, of a stream or of all. */
export async function read(call: ReadCall, deps: ReadDeps): Promise<void> {
  const sink = new Sink(call);
  try {
    const plan = readPlan(call.request);
    if (typeof plan === 'string') throw invalidArgument(plan);
    if (plan.stream !== undefined && deps.deletions?.isTombstoned(plan.stream) === true)
      throw streamDeleted(plan.stream);
    if (plan.count === undefined) await subscribe(plan, deps, sink);
    else if (plan.stream === undefined) await readAll(plan, plan.count, deps, sink);
    else await readStream(plan, plan.stream, plan.count, deps, sink);
    call.end();
  } catch (error) {
    if (sink.signal.aborted) return;
    if (error instanceof BadFilter) call.emit('error', invalidArgument(error.message));
    else {
      if (!isRefusal(error)) deps.onError(error);
      call.emit('error', internal(error));
    }
  }
}

async function readStream(
  plan: ReadPlan,
  stream: string,
  count: number,
  { store, deletions }: ReadDeps,
  sink: Sink,
): Promise<void> {
  const { direction } = plan;
  const firstInSight = deletions?.truncatedBefore(stream) ?? 0;
  if (!(await hasInSight(store, stream, firstInSight))) {
    await sink.send(streamNotFound(stream));
    return;
  }
  if (count === 0) return;
  const from = direction === 'forwards' ? forwardsFrom(plan.from, firstInSight) : plan.from;
  for await (const event of store.read(stream, from, { direction, max: count })) {
    if (event.revision < firstInSight || sink.signal.aborted) return;
    await sink.send(eventMessage(event, plan.ids));
  }
}

async function readAll(plan: ReadPlan, count: number, { store }: ReadDeps, sink: Sink): Promise<void> {
  let left = count;
  // A position is between events: backwards, the event at it comes later.
  const from = plan.direction === 'backwards' && typeof plan.from === 'number' ? plan.from - 1 : plan.from;
  if (left === 0 || from === -1) return;
  let considered = 0;
  for await (const event of store.readAll(from, {
    direction: plan.direction,
    max: Number.MAX_SAFE_INTEGER,
  })) {
    // Where nothing is sent nothing waits, and everybody else would.
    if (++considered % CONSIDERED_AT_ONCE === 0) await turn();
    if (sink.signal.aborted) return;
    if (plan.filter?.matches(event) === false) continue;
    await sink.send(eventMessage(event, plan.ids));
    if (--left === 0) return;
  }
}

/** What comes after the given place (which the subscriber has), then what is stored, until the client goes. */
async function subscribe(plan: ReadPlan, { store, deletions }: ReadDeps, sink: Sink): Promise<void> {
  const { stream, filter, ids } = plan;
  await sink.send(confirmation(randomUUID()));
  const after = await startOf(plan, store);
  const firstInSight = stream === undefined ? 0 : (deletions?.truncatedBefore(stream) ?? 0);
  const selector = stream === undefined ? { prefix: '' } : { stream };
  let considered = 0;
  let wasCaughtUp = false;
  for await (const batch of store.follow(selector, store.checkpointOf(after.position), sink.signal)) {
    for (const event of batch.events) {
      if (event.revision <= after.revision || event.revision < firstInSight) continue;
      if (filter?.matches(event) !== false) await sink.send(eventMessage(event, ids));
      if (filter !== undefined && ++considered % filter.checkpointEvery === 0)
        await sink.send(checkpoint(event.position));
      if (sink.signal.aborted) return;
    }
    if (batch.caughtUp && !wasCaughtUp) await live(filter !== undefined, batch.events.at(-1), store, sink);
    wasCaughtUp ||= batch.caughtUp;
  }
}

async function live(
  filtered: boolean,
  last: PlacedEvent | undefined,
  store: ServableEventStore,
  sink: Sink,
): Promise<void> {
  const position = last?.position ?? store.end - 1;
  if (filtered && position >= 0) await sink.send(checkpoint(position));
  await sink.send(caughtUp());
}

/** Where to follow from, and for a stream that has not come so far yet, the revision after which events are wanted. */
async function startOf(
  { stream, from }: ReadPlan,
  store: ServableEventStore,
): Promise<{ readonly position: number; readonly revision: number }> {
  if (from === 'start') return { position: 0, revision: -1 };
  if (from === 'end') return { position: store.end, revision: -1 };
  if (stream === undefined) return { position: Math.min(from + 1, store.end), revision: -1 };
  for await (const event of store.read(stream, from, { direction: 'forwards', max: 1 }))
    return { position: event.position + 1, revision: -1 };
  return { position: store.end, revision: from };
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function forwardsFrom(from: ReadPlan['from'], firstInSight: number): ReadPlan['from'] {
  if (from === 'end' || firstInSight === 0) return from;
  return from === 'start' ? firstInSight : Math.max(from, firstInSight);
}

async function hasInSight(store: ServableEventStore, stream: string, firstInSight: number): Promise<boolean> {
  for await (const { revision } of store.read(stream, 'end', { direction: 'backwards', max: 1 }))
    return revision >= firstInSight;
  return false;
}
