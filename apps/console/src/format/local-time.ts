const MINUTE_MS = 60_000;

/** An instant as `datetime-local` fields have it, in this browser's zone: `2026-11-26T14:05:09`. */
export function localOfInstant(at: string | number): string {
  const ms = typeof at === 'number' ? at : Date.parse(at);
  const local = ms - new Date(ms).getTimezoneOffset() * MINUTE_MS;
  return new Date(local).toISOString().slice(0, 19);
}

/** What such a field says, as an instant in UTC; undefined while it says none. */
export function instantOfLocal(text: string): string | undefined {
  const ms = text === '' ? Number.NaN : new Date(text).getTime();
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}

/** The zone of this browser, by its name. */
export function ownZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}
