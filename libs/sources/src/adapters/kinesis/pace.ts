/** How often a shard is asked. */
export interface Pace {
  readonly minMs: number;
  readonly maxMs: number;
}

/**
 * A shard takes five GetRecords a second from all its readers together (Kinesis Data Streams, "Quotas and limits"): this is a
 * little less, and leaves room for others when nothing comes.
 */
export const PACE: Pace = { minMs: 220, maxMs: 1_000 };

/**
 * From the beginning of one call to that of the next: the least while records come, longer and longer while none do; after a
 * throttled call twice as long, from which it comes back slowly.
 */
export function nextIntervalMs(
  intervalMs: number,
  outcome: 'records' | 'nothing' | 'throttled',
  { minMs, maxMs }: Pace,
): number {
  const factor = { records: 0.8, nothing: 1.25, throttled: 2 }[outcome];
  return Math.min(maxMs, Math.max(minMs, intervalMs * factor));
}
