/** A process that has run for so long has started well: its next failure is its first again. */
export const STABLE_AFTER_MS = 10_000;
/** Failures in a row after which everything is stopped: what does not start will not start. */
export const RESTARTS_MAX = 8;
const PAUSE_FIRST_MS = 200;
const PAUSE_MAX_MS = 5_000;

/** What to do with a process that has ended by itself. */
export type Verdict = { readonly restartAfterMs: number; readonly failures: number } | 'give-up';

/** @param failures of it in a row before this one. @param ranForMs how long it ran this time. */
export function afterFailure(failures: number, ranForMs: number): Verdict {
  const before = ranForMs >= STABLE_AFTER_MS ? 0 : failures;
  if (before >= RESTARTS_MAX) return 'give-up';
  return { restartAfterMs: Math.min(PAUSE_MAX_MS, PAUSE_FIRST_MS * 2 ** before), failures: before + 1 };
}
