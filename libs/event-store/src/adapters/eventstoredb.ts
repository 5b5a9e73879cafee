import { EventStoreDBClient } from '@eventstore/db-client';
import type { EventStore } from '../event-store.js';
import { Appends } from './eventstoredb/append.js';
import { follow } from './eventstoredb/follow.js';
import type { ClientParts } from './eventstoredb/protocol.js';
import { readStream } from './eventstoredb/read-stream.js';

export { isCheckpoint } from './eventstoredb/checkpoint.js';

export interface EventStoreDbOptions {
  /** Uniform in [0, 1), for the jitter of reconnections. */
  readonly random?: () => number;
}

const PARTS = ['GRPCStreamCreator', 'callArguments', 'getChannel'] as const;

/**
 * The event store in an EventStoreDB or KurrentDB, or a `ledger` server of ours, through the official client.
 * @param connectionString `esdb://…` or `esdb+discover://…`, with TLS and credentials as its documentation says.
 * @throws {TypeError} when the client is not the one that this adapter was written for.
 */
export function eventStoreDb(connectionString: string, options: EventStoreDbOptions = {}): EventStore {
  const client = EventStoreDBClient.connectionString(connectionString);
  const parts = partsOf(client);
  const appends = new Appends(client);
  const random = options.random ?? Math.random;
  let closing: Promise<void> | undefined;
  return {
    get appendBytesMax() {
      return appends.bytesMax;
    },
    append: (stream, events, expected) => appends.append(stream, events, expected),
    read: (stream, from, readOptions) => readStream(parts, stream, from, readOptions, random),
    follow: (selector, from, signal) => follow(parts, selector, from, signal, random),
    close: () =>
      (closing ??= appends.settled().then(async () => {
        await client.dispose();
        (await parts.getChannel()).close();
      })),
  };
}

function partsOf(client: EventStoreDBClient): ClientParts {
  const parts = client as unknown as ClientParts;
  for (const part of PARTS) {
    if (typeof parts[part] !== 'function')
      throw new TypeError(`This version of @eventstore/db-client has no ${part}; version 6.2 has.`);
  }
  return parts;
}
