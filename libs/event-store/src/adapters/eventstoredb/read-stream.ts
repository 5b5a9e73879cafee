import type { ReadOptions, Revision, StoredEvent } from '../../event-store.js';
import { backOff, isPassing, RECONNECTS_MAX } from './passing.js';
import { startRead, type ClientParts } from './protocol.js';
import { streamRead } from './requests.js';
import { receivedOf } from './stored.js';

/** Reads one stream; after a broken connection it goes on where it was. */
export async function* readStream(
  client: ClientParts,
  stream: string,
  from: Revision | 'start' | 'end',
  { direction, max }: ReadOptions,
  random: () => number,
): AsyncGenerator<StoredEvent, void, undefined> {
  if (!(max >= 1)) throw new RangeError(`A read needs a max of at least 1, not ${max}.`);
  let next = from;
  let left = Math.min(max, Number.MAX_SAFE_INTEGER);
  let failures = 0;
  for (;;) {
    try {
      for await (const event of readOnce(client, stream, next, { direction, max: left })) {
        failures = 0;
        left--;
        next = event.revision + (direction === 'forwards' ? 1 : -1);
        yield event;
        if (left === 0 || next === -1) return;
      }
      return;
    } catch (error) {
      if (!isPassing(error) || ++failures > RECONNECTS_MAX) throw error;
      await backOff(failures, random);
    }
  }
}

async function* readOnce(
  client: ClientParts,
  stream: string,
  from: Revision | 'start' | 'end',
  options: ReadOptions,
): AsyncGenerator<StoredEvent, void, undefined> {
  const answers = await startRead(client, streamRead(stream, from, options));
  answers.on('error', () => undefined); // told by the loop, or of a read that nobody waits for any more
  let left = options.max;
  try {
    for await (const answer of answers as AsyncIterable<Parameters<typeof receivedOf>[0]>) {
      if (answer.hasStreamNotFound()) return;
      const received = receivedOf(answer);
      if (received === undefined) continue;
      left -= 1;
      yield received.event;
    }
  } finally {
    // A read that is whole ends by itself: servers close the connection of a client that breaks off too many of them.
    if (left > 0) answers.cancel();
    else answers.resume();
  }
}
