import type { UserKeys, UserKeySource } from '@flightdeck/ledger';

/** Users whose pseudonym is remembered (some 40 MiB); then all are forgotten and computed anew. */
const REMEMBERED_MAX = 262_144;

/** The pseudonyms that the ledger's keys give, remembered, since one user is seen many times. */
export class Pseudonyms {
  private readonly remembered = new Map<string, string>();
  private keys: UserKeys;

  constructor(private readonly source: UserKeySource) {
    this.keys = source.current();
  }

  /** Forgets what other keys gave. */
  lookAtKeys(): void {
    const keys = this.source.current();
    if (keys === this.keys) return;
    this.keys = keys;
    this.remembered.clear();
  }

  of(userId: string): string {
    const known = this.remembered.get(userId);
    if (known !== undefined) return known;
    if (this.remembered.size >= REMEMBERED_MAX) this.remembered.clear();
    const pseudonym = this.keys.pseudonymOf(userId);
    this.remembered.set(userId, pseudonym);
    return pseudonym;
  }
}
