import type { Event } from '../kernel/decider.js';

/** Which event of the ledger is told, and the name of its delivery. */
export interface OfDelivery {
  /** UUIDv5 of the webhook and the event: the receiver's `webhook-id`, the same at every try. */
  readonly deliveryId: string;
  readonly source: { readonly stream: string; readonly revision: number };
  /** `detail-type` of what is sent. */
  readonly detailType: string;
  readonly at: string;
}

/** Stream `delivery-<webhookId>`: how each try ended. Stored for ever. */
export type DeliveryEvent =
  | Event<'DeliverySucceeded', OfDelivery & { readonly attempt: number; readonly status: number }>
  | Event<
      'DeliveryFailed',
      OfDelivery & {
        readonly attempt: number;
        readonly status: number | null;
        readonly error: string;
        /** When it is tried again; null when it is not: a dead letter. */
        readonly nextAt: string | null;
      }
    >
  | Event<'DeliveryRedriven', OfDelivery & { readonly actor: string }>;

/** `waiting`: failed and tried again; `dead`: not tried again unless somebody asks. */
export type DeliveryState = 'delivered' | 'waiting' | 'dead';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Pauses before the second try and each after it (Standard Webhooks, "Deliverability and reliability"): a day and more in all. */
export const RETRY_PAUSES_MS: readonly number[] = [
  5_000,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  10 * HOUR_MS,
];

/** A pause is shortened or stretched by up to this share, so that those who failed together do not come back together. */
const JITTER = 0.2;

/**
 * Milliseconds until the next try after `attempt` (1-based) failed; undefined when it was the last. `random` is from 0 to 1;
 * `askedMs` is what the receiver asked for (Retry-After), heeded when it is longer, up to the longest pause.
 */
export function pauseAfter(attempt: number, random: number, askedMs = 0): number | undefined {
  const pause = RETRY_PAUSES_MS[attempt - 1];
  if (pause === undefined) return undefined;
  const asked = Math.min(askedMs, 10 * HOUR_MS);
  return Math.round(Math.max(asked, pause * (1 - JITTER + 2 * JITTER * random)));
}

/** The state of a delivery as its last event leaves it. */
export function deliveryState(last: DeliveryEvent): DeliveryState {
  if (last.type === 'DeliverySucceeded') return 'delivered';
  return last.type === 'DeliveryFailed' && last.data.nextAt === null ? 'dead' : 'waiting';
}
