import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStoreDBClient } from '@eventstore/db-client';
import type { ServableEventStore } from '@flightdeck/event-store';
import { openStore } from '../ledger.module.js';
import { startLedgerServer, type LedgerServerOptions } from '../server/start-ledger-server.js';

/** A ledger server over a fresh store, and the official client of it. */
export interface Served {
  readonly client: EventStoreDBClient;
  readonly store: ServableEventStore;
  readonly port: number;
  /** What the server could not do and logged. */
  readonly errors: unknown[];
  /** Another client, which this one's owner need not close. */
  readonly connect: (connectionString?: string) => EventStoreDBClient;
  close(): Promise<void>;
}

/** Serves for one test. */
export async function serve(options: Partial<LedgerServerOptions> = {}): Promise<Served> {
  const directory = mkdtempSync(join(tmpdir(), 'flightdeck-served-'));
  const opened = await openStore(directory);
  const { store } = opened;
  const errors: unknown[] = [];
  const server = await startLedgerServer({
    store,
    port: 0,
    onError: (error) => errors.push(error),
    ...options,
  });
  const clients: EventStoreDBClient[] = [];
  const connect = (connectionString = `esdb://127.0.0.1:${server.port}?tls=false`): EventStoreDBClient => {
    const client = EventStoreDBClient.connectionString(connectionString);
    clients.push(client);
    return client;
  };
  return {
    ...{ client: connect(), store, port: server.port, errors, connect },
    close: async () => {
      for (const client of clients) await client.dispose();
      await server.close();
      await opened.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
