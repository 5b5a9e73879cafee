import type { EventStore, Selector, StoredEvent } from '@flightdeck/event-store';
import type { ToldClient } from './told-client.js';

/**
 * Tells a client the events of some streams, in ledger order, from its resume point on. Nothing is queued: the next batch is
 * read when the client has taken the last, so a slow client lags behind in the ledger and not in memory. `isReadable` holds an
 * event back until a client that asks at once gets an answer that knows it.
 */
export async function tellFollow(
  client: ToldClient,
  topic: 'commands' | 'events',
  store: EventStore,
  selector: Selector,
  textOf: (event: StoredEvent) => string | undefined,
  isReadable: (event: StoredEvent) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const place = client.resumePoint[topic];
  if (place === undefined) throw new Error(`There is no place to tell ${topic} from.`);
  let { checkpoint, skip } = place;
  for await (const batch of store.follow(selector, checkpoint, client.signal)) {
    let told = 0;
    for (const event of batch.events) {
      told++;
      if (told <= skip) continue;
      const text = textOf(event);
      if (text === undefined) continue;
      await isReadable(event);
      client.toldFollow(topic, checkpoint, told);
      await client.send(topic, text);
      if (client.signal.aborted) return;
    }
    // Batches of a second follow can be cut elsewhere: what is to be skipped may reach into the next one.
    skip = Math.max(0, skip - batch.events.length);
    checkpoint = batch.checkpoint;
    client.toldFollow(topic, checkpoint, skip);
  }
}
