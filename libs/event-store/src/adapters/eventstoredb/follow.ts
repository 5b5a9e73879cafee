import { setMaxListeners } from 'node:events';
import type { Batch, Checkpoint, Selector, StoredEvent } from '../../event-store.js';
import { checkpointOf, isAtOrPast, positionOf } from './checkpoint.js';
import { Inbox } from './inbox.js';
import { backOff, isPassing, RECONNECTS_MAX } from './passing.js';
import { startRead, type ClientParts, type ReadResp } from './protocol.js';
import { lastOfAll, subscription, type AllPosition } from './requests.js';
import { isSystemStream, receivedOf } from './stored.js';

/** How far a follower has come, kept over broken connections. */
interface Course {
  place: AllPosition | undefined;
  /** Every event up to where the server was when it was last asked has been seen. */
  isLive: boolean;
  failures: number;
}

/** Follows by catch-up subscription to `$all`; after a broken connection it subscribes again where it was. */
export async function* follow(
  client: ClientParts,
  selector: Selector,
  from: Checkpoint,
  signal: AbortSignal,
  random: () => number,
): AsyncGenerator<Batch, void, undefined> {
  const course: Course = { place: positionOf(from), isLive: false, failures: 0 };
  // Hundreds of followers may share one signal; each listens at most once at a time and Node would take them for a leak.
  setMaxListeners(0, signal);
  while (!signal.aborted) {
    try {
      yield* followOnce(client, selector, course, signal);
    } catch (error) {
      if (hasAborted(signal)) return;
      if (!isPassing(error) || ++course.failures > RECONNECTS_MAX) throw error;
      await backOff(course.failures, random, signal);
    }
  }
}

async function* followOnce(
  client: ClientParts,
  selector: Selector,
  course: Course,
  signal: AbortSignal,
): AsyncGenerator<Batch, void, undefined> {
  // Where the server is now; only what is read after this counts as caught up with it.
  const head = await headOf(client);
  course.isLive = false;
  const stream = await startRead(client, subscription(selector, course.place));
  const inbox = new Inbox(stream);
  const isSelected = selects(selector);
  try {
    while (!signal.aborted) {
      const events: StoredEvent[] = [];
      const wasLive = course.isLive;
      for (const answer of await inbox.take(signal)) note(answer, course, events, isSelected);
      if (hasAborted(signal)) return;
      course.failures = 0;
      if (head === undefined || isAtOrPast(course.place, head)) course.isLive = true;
      // All up to the head has been looked at, though nothing of it may have been selected.
      if (course.isLive && head !== undefined && !isAtOrPast(course.place, head)) course.place = head;
      const caughtUp = course.isLive && inbox.isEmpty;
      if (events.length > 0 || (course.isLive && !wasLive))
        yield { events, checkpoint: checkpointOf(course.place), caughtUp };
    }
  } finally {
    stream.cancel();
  }
}

/** Takes one answer of the server into account. */
function note(
  answer: ReadResp,
  course: Course,
  events: StoredEvent[],
  isSelected: (stream: string) => boolean,
): void {
  const received = receivedOf(answer);
  if (received !== undefined) {
    course.place = received.position;
    if (isSelected(received.event.stream)) events.push(received.event);
    return;
  }
  const checkpoint = answer.getCheckpoint();
  if (checkpoint !== undefined)
    course.place = { commit: checkpoint.getCommitPosition(), prepare: checkpoint.getPreparePosition() };
  else if (answer.hasCaughtUp()) course.isLive = true;
}

function selects(selector: Selector): (stream: string) => boolean {
  if ('stream' in selector) return (stream) => stream === selector.stream;
  return (stream) => stream.startsWith(selector.prefix) && !isSystemStream(stream);
}

/** The last place of `$all`; undefined while there is none. Servers before 23.10 do not say when a subscriber has caught up. */
async function headOf(client: ClientParts): Promise<AllPosition | undefined> {
  const stream = await startRead(client, lastOfAll());
  stream.on('error', () => undefined); // told by the loop
  let head: AllPosition | undefined;
  for await (const answer of stream as AsyncIterable<ReadResp>) head = receivedOf(answer)?.position ?? head;
  return head;
}

/** Asked anew each time: it may have aborted while something was awaited. */
function hasAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
