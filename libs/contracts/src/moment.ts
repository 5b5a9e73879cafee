/** A position: so many events of the ledger, in global order. */
const POSITION = /^(?:0|[1-9][0-9]{0,15})$/;

/** `2026-11-22T14:05:00Z`, or the number of events from the ledger's start. */
export type MomentText = string;

/** The moment that a text names, as a time or a position; undefined for a text that names none. */
export function momentOf(
  text: MomentText,
): { readonly atMs: number } | { readonly position: number } | undefined {
  if (POSITION.test(text)) return { position: Number(text) };
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? undefined : { atMs };
}
