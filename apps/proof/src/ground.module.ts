import { eventStoreDb } from '@flightdeck/event-store/eventstoredb';
import { lmdbLedgerReader } from '@flightdeck/event-store/lmdb-reader';
import type { EventStore } from '@flightdeck/event-store';
import type { Anchor } from '@flightdeck/proof';
import { fileAnchor } from '@flightdeck/proof/file-anchor';
import { s3Anchor } from '@flightdeck/proof/s3-anchor';
import type { KeeperSettings } from './messages.js';

/** What the keeper stands on: the ledger, followed from beside its owner, and the anchors. */
export interface KeeperGround {
  readonly ledger: Pick<EventStore, 'follow'>;
  readonly anchors: readonly Anchor[];
  close(): Promise<void>;
}

/** @throws {BadAddress} for an anchor that is none. */
export async function openKeeperGround({ ledger, anchors }: KeeperSettings): Promise<KeeperGround> {
  const opened = anchors.map(openAnchor);
  const store =
    'directory' in ledger ? await lmdbLedgerReader(ledger.directory) : eventStoreDb(ledger.connectionString);
  return {
    ledger: store,
    anchors: opened,
    close: async () => {
      for (const anchor of opened) anchor.close?.();
      await store.close();
    },
  };
}

/** @throws {BadAddress} for an address that is none. */
export function openAnchor(address: string): Anchor & { close?(): void } {
  return address.startsWith('file:')
    ? fileAnchor(address.slice('file:'.length))
    : s3Anchor(address, { clock: Date.now });
}
