import { setTimeout as delay } from 'node:timers/promises';
import {
  AppendTooLarge,
  type AppendResult,
  type EventStore,
  type NewEvent,
  type Revision,
} from '@flightdeck/event-store';

/** How often the same append is sent while its outcome is unknown. */
export const SENDS_MAX = 5;
/** Waiting before the second try, in milliseconds; it doubles each time. */
const PAUSE_MS = 20;

/**
 * Appends, and while the outcome is unknown (the store threw) sends the same events with the same ids at the same expected
 * revision again: if the first try was written after all, the store answers that it stands, else it is written now. A lost
 * race is an answer, not a failure.
 * @throws what the store threw last, after {@link SENDS_MAX} tries: the outcome is still unknown then. {@link AppendTooLarge} at once.
 */
export async function appendSurely(
  store: EventStore,
  stream: string,
  events: readonly NewEvent[],
  expected: Revision | 'no-stream',
): Promise<AppendResult> {
  for (let send = 1; ; send++) {
    try {
      return await store.append(stream, events, expected);
    } catch (fault) {
      if (fault instanceof AppendTooLarge || send >= SENDS_MAX) throw fault;
      await delay(PAUSE_MS * 2 ** (send - 1));
    }
  }
}
