/** The stream in which every booked access stands, in the ledger that it reads. */
export const ACCESS_AUDIT_STREAM = 'access-audit';

export const ACCESS_BOOKED = 'AccessBooked';

/** Somebody was let through to a route that is booked, before it answered. Stored for ever; holds no secret. */
export interface AccessBooked {
  /** `export`, `replay`, `cross-campaign-read`, `key-change`, `approval`, … */
  readonly action: string;
  /** `admin`, or `key:<keyId>`. */
  readonly actor: string;
  readonly role: string;
  /** The human being who holds the key, if one was named. */
  readonly person?: string;
  /** Method and path pattern. */
  readonly route: string;
  /** Of the path, the query and named members of the body; cut to 200 characters each. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly correlationId?: string;
  /** RFC 3339 UTC. */
  readonly at: string;
}
