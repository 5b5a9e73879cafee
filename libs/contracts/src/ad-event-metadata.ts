/** Where a stored ad event came from. Keys are short because there are ten million a day. Stored for ever. */
export interface AdEventMetadata {
  /** `http`, `import:criteo`, `kinesis:<stream>` …: also the unit of a watermark. */
  readonly source: string;
  /** Place in the source, when it has one: `shard/sequence`, `file:line`. */
  readonly position?: string;
  /** RFC 3339 UTC with milliseconds. */
  readonly receivedAt: string;
  readonly correlationId?: string;
  /** Hex of the first 8 bytes of SHA-1 over the canonical payload. */
  readonly payloadHash: string;
}
