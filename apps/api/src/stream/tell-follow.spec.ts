import type { Batch, EventStore, StoredEvent } from '@flightdeck/event-store';
import { describe, expect, it } from '@jest/globals';
import { tellFollow } from './tell-follow.js';
import type { ToldClient } from './told-client.js';

describe('telling a change that a client will ask about', () => {
  const happened: string[] = [];
  const event = (revision: number) => ({ stream: 'command-c1', revision }) as StoredEvent;
  const batch: Batch = { events: [event(0), event(1)], checkpoint: 'end', caughtUp: true };
  const store = {
    follow: async function* () {
      yield batch;
    },
  } as unknown as EventStore;
  const client = {
    resumePoint: { commands: { checkpoint: 'start', skip: 0 } },
    signal: new AbortController().signal,
    toldFollow: () => undefined,
    send: (_: string, text: string) => Promise.resolve(void happened.push(`told ${text}`)),
  } as unknown as ToldClient;
  const tell = (isReadable?: (event: StoredEvent) => Promise<void>): Promise<void> =>
    tellFollow(
      ...([client, 'commands', store, { prefix: 'command-' }] as const),
      ({ revision }) => String(revision),
      isReadable,
    );
  const listed = async ({ revision }: StoredEvent): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
    happened.push(`listed ${revision}`);
  };

  it('waits until an answer knows it, one after another', async () => {
    happened.length = 0;
    await tell(listed);
    expect(happened).toEqual(['listed 0', 'told 0', 'listed 1', 'told 1']);
  });

  it('would be ahead of the answers if it did not wait (planted)', async () => {
    happened.length = 0;
    await tell((one) => {
      void listed(one);
      return Promise.resolve();
    });
    expect(happened[0]).toBe('told 0');
  });
});
