/** Who is calling, and what they may do. */
export interface Principal {
  /** Recorded as the actor of every change. */
  readonly id: string;
  readonly role: string;
  /** The human being who holds the token, if one was named. */
  readonly person?: string;
  readonly permissions: readonly string[];
}

/** Knows tokens. Answers undefined for one that is unknown, revoked or expired; an exception means that it cannot tell now. */
export interface Authenticator {
  authenticate(token: string): Principal | undefined | Promise<Principal | undefined>;
}

/** Nest injection token of the process's authenticator. */
export const AUTHENTICATOR = Symbol('Authenticator');
