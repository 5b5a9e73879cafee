import type { KnownProfile } from '@flightdeck/profiles';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How long an event may be under way. The window must stay shorter than the ledger's horizon of de-duplication. */
export interface TimeWindows {
  /** An event older than this at receipt is `too-late`. */
  readonly acceptanceMs: number;
  /** A producer's clock may be this far ahead; more is `in-the-future`. */
  readonly futureToleranceMs: number;
  /** How long after its end a day stays open for late events (domain.md §5). */
  readonly lateGraceMs: number;
}

export const TIME_WINDOWS: TimeWindows = {
  acceptanceMs: 6 * DAY_MS,
  futureToleranceMs: 5 * MINUTE_MS,
  lateGraceMs: 48 * HOUR_MS,
};

/** What the pipeline must know of a registered campaign. */
export interface CampaignContext {
  /** ISO 4217. */
  readonly currency: string;
  /** IANA. */
  readonly timezone: string;
}

/** Knows registered campaigns, at once. The same object is answered until the campaign changes. */
export type CampaignLookup = (campaignId: string) => CampaignContext | undefined;

/** Reference data of a user, or a mark that it could not be had in time; undefined for a user whom nobody knows. */
export type ProfileAnswer = KnownProfile | undefined;

/** The source of what comes in requests. */
export const HTTP_SOURCE = 'http';

/** Where the records of one request came from, and under which terms. */
export interface RequestContext {
  readonly receivedAtMs: number;
  /** Recorded with each event and the unit of a watermark: `http`, `import:criteo`. */
  readonly source: string;
  /**
   * The request's own identity at its source (an Idempotency-Key, a file and line): record i is at `position#i`. Records
   * without an eventId get theirs from it; without a position, from the request's bytes.
   */
  readonly position?: string;
  readonly correlationId?: string;
  /** A declared backfill: events since then are accepted, and booked on their own day. */
  readonly acceptFromMs?: number;
  /** The records come out of the ledger: a userId that is a pseudonym already stays as it is. */
  readonly pseudonymised?: true;
}
