import type { ReconciledFigures } from './rest/reconciliation.js';

/** A campaign's days are closed: their figures stand, and what comes later is an adjustment. Stream `period-<campaignId>`. Stored for ever. */
export interface PeriodClosed {
  readonly campaignId: string;
  /** Local days of the campaign, both inclusive. */
  readonly from: string;
  readonly to: string;
  readonly timezone: string;
  readonly figures: ReconciledFigures;
  /** Hex SHA-256 of what is booked in the period. */
  readonly digest: string;
  /** The stream of ad events, and the last of them that was looked at. */
  readonly stream: string;
  readonly toRevision: number;
  readonly actor: string;
  /** RFC 3339 UTC. */
  readonly at: string;
}

export const PERIOD_CLOSED = 'PeriodClosed';
