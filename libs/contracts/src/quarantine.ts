/** The most bytes of a refused record that are kept. */
export const QUARANTINED_BYTES_MAX = 64 * 1024;

/** A record that could not be accepted, as it came. Stream `quarantine-<partition>`. Stored for ever. */
export interface RecordQuarantined {
  /** A QuarantineReason of the domain. */
  readonly reason: string;
  /** One sentence: what is wrong and where. */
  readonly detail: string;
  /** Base64 of at most {@link QUARANTINED_BYTES_MAX} bytes. */
  readonly bytesBase64: string;
  /** The record was longer than what is kept. */
  readonly truncated: boolean;
  readonly source: string;
  readonly position?: string;
  /** RFC 3339 UTC. */
  readonly receivedAt: string;
}

/** An operator sent a quarantined record again. Stream `quarantine-<partition>`. Stored for ever. */
export interface RecordRedriven {
  /** UUID of the RecordQuarantined event. */
  readonly quarantineId: string;
  readonly outcome: 'accepted' | 'duplicate' | 'quarantined';
  readonly actor: string;
  /** RFC 3339 UTC. */
  readonly at: string;
}

export type QuarantineEvent =
  | { readonly type: 'RecordQuarantined'; readonly data: RecordQuarantined }
  | { readonly type: 'RecordRedriven'; readonly data: RecordRedriven };
