import type { EventStore } from '@flightdeck/event-store';
import { decodeEvent, type AnyEvent } from '../command/handle-command.js';
import { readStream } from './read-stream.js';

/** Anything that folds. */
interface Folds<E, S> {
  readonly initial: S;
  readonly evolve: (state: S, event: E) => S;
}

/** The state of a stream as its last event left it, however long it is; the initial state when it does not exist. */
export async function foldStream<E extends AnyEvent, S>(
  store: Pick<EventStore, 'read'>,
  stream: string,
  { initial, evolve }: Folds<E, S>,
): Promise<S> {
  let state = initial;
  for await (const page of readStream(store, stream, 0))
    for (const stored of page) state = evolve(state, decodeEvent<E>(stored));
  return state;
}
