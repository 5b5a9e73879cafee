import { derivedEventId, partitionOf, type UserKeySource } from '@flightdeck/ledger';
import { Pseudonyms } from './digest/pseudonym.js';
import { writeStoredId } from './digest/stored-id.js';
import type { Identity } from './identity.js';

/** The names as the ledger gives them, for a ledger of `partitions` partitions and the keys of its pseudonyms. */
export function ledgerIdentity(partitions: number, keys: UserKeySource): Identity {
  const users = new Pseudonyms(keys);
  return {
    partitions,
    partitionOf: (campaignId) => partitionOf(campaignId, partitions),
    writeStoredId,
    derivedEventId,
    lookAtKeys: () => users.lookAtKeys(),
    pseudonymOf: (userId) => users.of(userId),
  };
}
