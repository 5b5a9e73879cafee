import { parseInstant, SECOND_MS } from '../time/instant.js';
import type { EpochMs } from '../time/instant.js';

/** How long a campaign system may take to answer, unless configured; then that it is silent is an alert. */
export const ACKNOWLEDGE_WITHIN_MS = 120 * SECOND_MS;

/**
 * By when a command has to be answered: `withinMs` after it went out, but never later than halfway to its expiry, so that somebody
 * hears of it while there is still time. Infinite for one that did not go out: nobody can answer it.
 */
export function acknowledgeByMs(
  { dispatchedAt, expiresAt }: { readonly dispatchedAt?: string | undefined; readonly expiresAt: string },
  withinMs: number,
): EpochMs {
  const sentMs = parseInstant(dispatchedAt ?? '');
  if (sentMs === undefined) return Infinity;
  const leftMs = Math.max(0, (parseInstant(expiresAt) ?? 0) - sentMs);
  return sentMs + Math.min(withinMs, leftMs / 2);
}
