import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventStoreContract } from '@flightdeck/testing';
import { startLedgerServer } from '../../apps/ledger/src/index.js';
import { eventStoreDb } from '@flightdeck/event-store/eventstoredb';
import { lmdbEventStore } from '@flightdeck/event-store/lmdb';

const rethrow = (error: unknown) => {
  throw error instanceof Error ? error : new Error(String(error));
};

eventStoreContract('the official client of a ledger server', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'flightdeck-esdb-'));
  const served = await lmdbEventStore(directory);
  const server = await startLedgerServer({ store: served, port: 0, onError: rethrow });
  return {
    open: () => Promise.resolve(eventStoreDb(`esdb://127.0.0.1:${server.port}?tls=false`)),
    dispose: async () => {
      await server.close();
      await served.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
});

// Any server, such as a cluster of KurrentDB, as docs/ledgers.md says. It keeps the streams that the suite makes.
const elsewhere = process.env['FLIGHTDECK_TEST_EVENTSTORE'];
if (elsewhere !== undefined) {
  eventStoreContract(elsewhere, () =>
    Promise.resolve({
      open: () => Promise.resolve(eventStoreDb(elsewhere)),
      dispose: () => Promise.resolve(),
    }),
  );
}
