/** The stream in which every erasure stands. */
export const USER_ERASURES_STREAM = 'user-erasures';

export const USER_DATA_ERASED = 'UserDataErased';

/** The key of a person was destroyed: what the ledger says under the pseudonym is about nobody any more. Stored for ever. */
export interface UserDataErased {
  /** What stood for the person until then; nobody can make it of the person's id again. */
  readonly pseudonym: string;
  readonly actor: string;
  readonly reason?: string;
  /** RFC 3339 UTC. */
  readonly at: string;
}
