import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  AccessDeniedError,
  BACKWARDS,
  binaryEvent,
  END,
  eventTypeFilter,
  excludeSystemEvents,
  FORWARDS,
  jsonEvent,
  MaxAppendSizeExceededError,
  NO_STREAM,
  START,
  STREAM_EXISTS,
  StreamDeletedError,
  StreamNotFoundError,
  streamNameFilter,
  WrongExpectedVersionError,
  type AllStreamResolvedEvent,
  type AllStreamSubscription,
  type Position,
} from '@eventstore/db-client';
import { serve, type Served } from './testing/served.js';

let served: Served;
beforeEach(async () => {
  served = await serve({ allowDelete: true });
});
afterEach(async () => {
  await served.close();
  expect(served.errors).toEqual([]);
});

const events = (count: number, type = 'Sampled') =>
  Array.from({ length: count }, (_, i) =>
    jsonEvent({ id: randomUUID(), type, data: { i }, metadata: { n: i } }),
  );

async function all<T>(read: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const one of read) found.push(one);
  return found;
}

/** The first so many events of a subscription, which is then ended. */
async function first(subscription: AllStreamSubscription, count: number): Promise<AllStreamResolvedEvent[]> {
  const found: AllStreamResolvedEvent[] = [];
  for await (const event of subscription) {
    found.push(event);
    if (found.length === count) break;
  }
  return found;
}

describe('the official client', () => {
  it('appends 500 events and reads them back both ways, ids, types, data, metadata and time', async () => {
    const { client } = served;
    const sent = events(500);
    const before = Date.now();
    const result = await client.appendToStream('s-1', sent, { expectedRevision: NO_STREAM });
    expect(result).toMatchObject({ success: true, nextExpectedRevision: 499n });
    const forwards = await all(client.readStream('s-1'));
    expect(forwards.map(({ event }) => [event?.id, event?.type, event?.data, event?.metadata])).toEqual(
      sent.map(({ id, type, data, metadata }) => [id, type, data, metadata]),
    );
    expect(forwards.map(({ event }) => event?.revision)).toEqual(sent.map((_, i) => BigInt(i)));
    expect(Number(forwards[0]?.event?.created)).toBeGreaterThanOrEqual(before);
    const backwards = await all(
      client.readStream('s-1', { direction: BACKWARDS, fromRevision: END, maxCount: 3 }),
    );
    expect(backwards.map(({ event }) => event?.revision)).toEqual([499n, 498n, 497n]);
  });

  it('appends 64 at a time, each once', async () => {
    const { client } = served;
    const results = await Promise.all(
      Array.from({ length: 64 }, (_, i) => client.appendToStream(`w-${i % 8}`, events(1))),
    );
    expect(results.every(({ success }) => success)).toBe(true);
    for (let i = 0; i < 8; i++) expect(await all(client.readStream(`w-${i}`))).toHaveLength(8);
  });

  it('reads all streams both ways, after what a fresh server begins with', async () => {
    const { client } = served;
    await client.appendToStream('a-1', events(2));
    await client.appendToStream('b-1', events(1));
    const forwards = await all(client.readAll());
    const names = ['$metadata', '$settings', '$statsCollected', 'Sampled', 'Sampled', 'Sampled'];
    expect(forwards.map(({ event }) => event?.type)).toEqual(names);
    const ids = forwards.map(({ event }) => event?.id);
    const backwards = await all(client.readAll({ direction: BACKWARDS, fromPosition: END }));
    expect(backwards.map(({ event }) => event?.id)).toEqual(ids.toReversed());
    const fromThird = await all(
      client.readAll({ fromPosition: forwards[3]?.event?.position ?? START, maxCount: 2 }),
    );
    expect(fromThird.map(({ event }) => event?.id)).toEqual(ids.slice(3, 5));
  });

  it('keeps binary data and JSON apart', async () => {
    const { client } = served;
    const data = Uint8Array.of(0, 255, 128, 10);
    await client.appendToStream('bin', [
      binaryEvent({ type: 'Raw', data, metadata: data }),
      jsonEvent({ type: 'J', data: 'text' }),
    ]);
    const [raw, json] = await all(client.readStream('bin'));
    expect([raw?.event?.isJson, json?.event?.isJson, json?.event?.data]).toEqual([false, true, 'text']);
    expect(Buffer.from(raw?.event?.data as Uint8Array).equals(Buffer.from(data))).toBe(true);
    expect(Buffer.from(raw?.event?.metadata as Uint8Array).equals(Buffer.from(data))).toBe(true);
  });

  it.each([
    ['a revision that is not the head', 3n, 1n],
    ['no stream where there is one', NO_STREAM, 1n],
  ] as const)('is told what it expected and what is, expecting %s', async (_, expectedRevision, actual) => {
    const { client } = served;
    await client.appendToStream('s-1', events(2));
    const lost = await client
      .appendToStream('s-1', events(1), { expectedRevision })
      .catch((error: unknown) => error);
    expect(lost).toBeInstanceOf(WrongExpectedVersionError);
    expect(lost).toMatchObject({
      streamName: 's-1',
      expectedVersion: expectedRevision,
      actualVersion: actual,
    });
  });

  it('is told so of a stream that does not exist', async () => {
    const { client } = served;
    const lost = await client
      .appendToStream('none', events(1), { expectedRevision: STREAM_EXISTS })
      .catch((error: unknown) => error);
    expect(lost).toMatchObject({ expectedVersion: STREAM_EXISTS, actualVersion: 'no_stream' });
    await expect(all(client.readStream('none'))).rejects.toThrow(StreamNotFoundError);
  });

  it('uses the one-append call with credentials, and gets the same answers', async () => {
    const { client } = served;
    const credentials = { username: 'any', password: 'any' };
    expect(
      await client.appendToStream('s-1', events(3), { credentials, expectedRevision: NO_STREAM }),
    ).toMatchObject({
      success: true,
      nextExpectedRevision: 2n,
    });
    const lost = await client
      .appendToStream('s-1', events(1), { credentials, expectedRevision: 7n })
      .catch((error: unknown) => error);
    expect(lost).toMatchObject({ expectedVersion: 7n, actualVersion: 2n });
    const large = jsonEvent({ type: 'L', data: { text: 'x'.repeat(1_100_000) } });
    const refused = await client
      .appendToStream('s-1', large, { credentials })
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(MaxAppendSizeExceededError);
  });

  it('writes an event of 900 KB, refuses one over the limit by its size, and goes on', async () => {
    const { client } = served;
    const large = (bytes: number) => jsonEvent({ type: 'Large', data: { text: 'x'.repeat(bytes) } });
    await client.appendToStream('l-1', large(900_000));
    const refused = await client
      .appendToStream('l-1', [large(10), large(1_100_000)])
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(MaxAppendSizeExceededError);
    expect(refused).toMatchObject({ maxAppendSize: 1_048_576 });
    const [stored, ...more] = await all(client.readStream('l-1'));
    expect([(stored?.event?.data as { text: string }).text.length, more.length]).toEqual([900_000, 0]);
  });

  it('reads and writes what is said of a stream', async () => {
    const { client } = served;
    await client.setStreamMetadata('s-1', { maxCount: 3, owner: 'us' });
    expect((await client.getStreamMetadata('s-1')).metadata).toMatchObject({ maxCount: 3, owner: 'us' });
    await client.appendToStream('s-1', events(5));
    expect(await all(client.readStream('s-1'))).toHaveLength(5); // a ledger drops nothing
  });
});

describe('subscriptions', () => {
  it('show a stream from after a revision on, then what comes', async () => {
    const { client } = served;
    await client.appendToStream('s-1', events(3));
    const subscription = client.subscribeToStream('s-1', { fromRevision: 0n });
    const seen: bigint[] = [];
    for await (const { event } of subscription) {
      seen.push(event?.revision ?? -1n);
      if (seen.length === 2) await client.appendToStream('s-1', events(1));
      if (seen.length === 3) break;
    }
    expect(seen).toEqual([1n, 2n, 3n]);
  });

  it('wait for a stream that is not there yet, from a revision it has not reached', async () => {
    const { client } = served;
    const subscription = client.subscribeToStream('later', { fromRevision: 1n });
    await new Promise<void>((resolve) => subscription.once('caughtUp', resolve));
    await client.appendToStream('later', events(3));
    for await (const { event } of subscription) {
      expect(event?.revision).toBe(2n);
      break;
    }
  });

  it.each([
    ['stream prefixes', streamNameFilter({ prefixes: ['a-', 'c-'] }), ['a-1', 'c-1', 'a-1']],
    ['a stream pattern', streamNameFilter({ regex: '^(a|c)-\\d$' }), ['a-1', 'c-1', 'a-1']],
    ['type prefixes', eventTypeFilter({ prefixes: ['Wanted'] }), ['b-1']],
    ['a type pattern', eventTypeFilter({ regex: '^Wa.*d$' }), ['b-1']],
    ['no system events', excludeSystemEvents(), ['a-1', 'b-1', 'c-1', 'a-1']],
  ])('to all are filtered by %s', async (_, filter, streams) => {
    const { client } = served;
    await client.appendToStream('a-1', events(1));
    await client.appendToStream('b-1', events(1, 'Wanted'));
    await client.appendToStream('c-1', events(1));
    await client.appendToStream('a-1', events(1));
    const seen = await first(client.subscribeToAll({ fromPosition: START, filter }), streams.length);
    expect(seen.map(({ event }) => event?.streamId)).toEqual(streams);
  });

  it('go on from a checkpoint, of which there is one every so many events and one on going live', async () => {
    const { client } = served;
    await client.appendToStream('noise-1', events(25));
    await client.appendToStream('wanted-1', events(1));
    const checkpoints: Position[] = [];
    const filter = streamNameFilter({
      prefixes: ['wanted-'],
      maxSearchWindow: 5,
      checkpointInterval: 2,
      checkpointReached: (_subscription, position) => {
        checkpoints.push(position);
      },
    });
    const subscription = client.subscribeToAll({ fromPosition: START, filter });
    await new Promise<void>((resolve) => {
      subscription.on('caughtUp', resolve);
      subscription.resume();
    });
    expect(checkpoints.map(({ commit }) => commit)).toEqual([9n, 19n, 28n]); // events 10 and 20 of 29, and the last
    await subscription.unsubscribe();
    const again = client.subscribeToAll({ fromPosition: checkpoints[1] ?? START, filter });
    expect((await first(again, 1))[0]?.event?.streamId).toBe('wanted-1');
  });

  it('by the thousand cost nobody anything while they are idle', async () => {
    const { client } = served;
    const idle = Array.from({ length: 1_000 }, (_, i) => client.subscribeToStream(`idle-${i}`));
    await Promise.all(
      idle.map((one) => new Promise<void>((resolve) => one.once('confirmation', resolve).resume())),
    );
    await client.appendToStream('s-1', events(10));
    expect(await all(client.readStream('s-1'))).toHaveLength(10);
    await Promise.all(idle.map((one) => one.unsubscribe()));
  });
});

describe('deleting', () => {
  it('puts a stream out of sight, and it may begin anew', async () => {
    const { client } = served;
    await client.appendToStream('s-1', events(3));
    await client.deleteStream('s-1', { expectedRevision: 2n });
    await expect(all(client.readStream('s-1'))).rejects.toThrow(StreamNotFoundError);
    await client.appendToStream('s-1', events(1), { expectedRevision: NO_STREAM });
    const seen = await all(client.readStream('s-1', { direction: FORWARDS, fromRevision: START }));
    expect(seen.map(({ event }) => event?.revision)).toEqual([3n]);
  });

  it('for ever ends a stream', async () => {
    const { client } = served;
    await client.appendToStream('s-1', events(1));
    await client.tombstoneStream('s-1');
    await expect(client.appendToStream('s-1', events(1))).rejects.toThrow(StreamDeletedError);
    await expect(all(client.readStream('s-1'))).rejects.toThrow(StreamDeletedError);
    await expect(client.deleteStream('s-1')).rejects.toThrow(StreamDeletedError);
  });

  it('needs the right revision', async () => {
    const { client } = served;
    await client.appendToStream('s-1', events(1));
    const refused = await client
      .deleteStream('s-1', { expectedRevision: 5n })
      .catch((error: unknown) => error);
    expect(refused).toMatchObject({ streamName: 's-1', expectedVersion: 5n, actualVersion: 0n });
  });

  it('is refused by a ledger', async () => {
    const ledger = await serve();
    await ledger.client.appendToStream('s-1', events(1));
    await expect(ledger.client.deleteStream('s-1')).rejects.toThrow(AccessDeniedError);
    await expect(ledger.client.tombstoneStream('s-1')).rejects.toThrow(AccessDeniedError);
    expect(await all(ledger.client.readStream('s-1'))).toHaveLength(1);
    await ledger.close();
  });
});
