const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const UNKNOWN = '–';

const formats = new Map<string, Intl.DateTimeFormat>();

/** How long ago: `12 s`, `3 min`, `5 h`, `2 d`; nothing is in the future by more than clocks differ. */
export function ago(at: string | number, nowMs: number): string {
  return duration(Math.max(0, nowMs - epochOf(at)));
}

/** A span: `12 s`, `3 min`, `5 h`, `2 d`. */
export function duration(ms: number): string {
  if (ms < MINUTE_MS) return `${Math.floor(ms / SECOND_MS)} s`;
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)} min`;
  if (ms < 2 * DAY_MS) return `${Math.floor(ms / HOUR_MS)} h`;
  return `${Math.floor(ms / DAY_MS)} d`;
}

/** Time of day in a zone: `14:05`. */
export function clock(at: string | number | null | undefined, zone?: string, seconds = false): string {
  if (at === null || at === undefined) return UNKNOWN;
  const options: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
  return formatOf(zone, seconds ? { ...options, second: '2-digit' } : options).format(epochOf(at));
}

/** Day and time in a zone: `25 Nov, 14:05`; with seconds where order matters. */
export function moment(at: string | number | null | undefined, zone?: string, seconds = false): string {
  if (at === null || at === undefined) return UNKNOWN;
  const day = formatOf(zone, { day: 'numeric', month: 'short' }).format(epochOf(at));
  return `${day}, ${clock(at, zone, seconds)}`;
}

/** A day in a zone: `25 Nov 2026`. */
export function day(at: string | number, zone?: string): string {
  return formatOf(zone, { day: 'numeric', month: 'short', year: 'numeric' }).format(epochOf(at));
}

export function epochOf(at: string | number): number {
  return typeof at === 'number' ? at : Date.parse(at);
}

function formatOf(zone: string | undefined, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${zone ?? ''} ${JSON.stringify(options)}`;
  const known = formats.get(key);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat(
    'en-GB',
    zone === undefined ? options : { ...options, timeZone: zone },
  );
  formats.set(key, made);
  return made;
}
