import { derivedEventId, partitionOf } from '@flightdeck/ledger';
import { pseudonyms } from './digest/pseudonym.js';
import { writeStoredId } from './digest/stored-id.js';
import type { Identity } from './identity.js';

/** The names as the ledger gives them, for a ledger of `partitions` partitions and the key of its pseudonyms. */
export function ledgerIdentity(partitions: number, userIdKey: Uint8Array): Identity {
  return {
    partitions,
    partitionOf: (campaignId) => partitionOf(campaignId, partitions),
    writeStoredId,
    derivedEventId,
    pseudonymOf: pseudonyms(userIdKey),
  };
}
