import type { QuarantineReason } from '@flightdeck/domain';
import type { QuarantinedResponse } from './quarantine.js';

/** How to send a quarantined record again. */
export interface RedriveRequest {
  /** `correction`: the record itself, or the bytes that stand for it. `adjustment`: the cost of a `too-late` record, booked today. */
  readonly admitAs: 'correction' | 'adjustment';
  readonly correctedBytes?: Uint8Array;
}

/** What became of it. `quarantined` means that it was refused again; the record stays open. */
export type RedriveResult =
  | {
      readonly ok: true;
      readonly outcome: 'accepted' | 'duplicate' | 'quarantined';
      readonly eventId?: string;
      readonly reason?: QuarantineReason;
      readonly detail?: string;
    }
  | { readonly ok: false; readonly code: 'already-redriven' | 'not-admissible'; readonly detail: string };

/** Sends quarantined records through the ingest pipeline again. Repeating it is harmless. Durable when it resolves. */
export interface Redrive {
  redrive(
    record: Readonly<QuarantinedResponse>,
    request: RedriveRequest,
    actor: string,
  ): Promise<RedriveResult>;
}

/** Nest injection token of the process's redrive. */
export const REDRIVE = Symbol('Redrive');
