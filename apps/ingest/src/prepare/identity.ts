/** How the ledger names things; what ingestion must not decide for itself. */
export interface Identity {
  /** How many partitions the ledger was created with. */
  readonly partitions: number;
  partitionOf(campaignId: string): number;
  /** Writes the 16 bytes of an ad event's stored id: UUIDv5 of its eventId. */
  writeStoredId(eventId: string, target: Buffer, offset: number): void;
  /** The eventId of a record that came without one: UUIDv5 of its place in its source. */
  derivedEventId(position: string): string;
  /** To be called before each request: the keys of people may have changed, when one was destroyed. */
  lookAtKeys(): void;
  /** The keyed pseudonym that stands for a user in the ledger. */
  pseudonymOf(userId: string): string;
}
