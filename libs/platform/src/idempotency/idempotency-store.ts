/** An answer as it was given, so that it can be given again. */
export interface StoredAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON; undefined for an answer without a body. */
  readonly body?: unknown;
}

export interface IdempotencyRecord {
  /** Hash of method, path and body. */
  readonly fingerprint: string;
  readonly answer: StoredAnswer;
}

/** Answers by key. Durable, so that a retry after a restart gets the first answer; bounded in age and number. */
export interface IdempotencyStore {
  /** The record under a key that is not older than {@link IDEMPOTENCY_TTL_MS}. */
  find(key: string, nowMs: number): Promise<IdempotencyRecord | undefined>;
  /** Keeps a record, durable when it resolves; the oldest go when there are more than {@link IDEMPOTENCY_RECORDS_MAX}. */
  keep(key: string, record: IdempotencyRecord, nowMs: number): Promise<void>;
}

export const IDEMPOTENCY_TTL_MS = 24 * 60 * 60 * 1000;
export const IDEMPOTENCY_RECORDS_MAX = 100_000;

/** Nest injection token of the process's idempotency store. */
export const IDEMPOTENCY_STORE = Symbol('IdempotencyStore');
