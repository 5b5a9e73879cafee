import type { Delivery } from '../command-bus.js';
import type { SendParcels } from './publish-in-order.js';

/** Calls in a row that fail altogether before the circuit opens. */
export const FAILURES_MAX = 5;
/** How long it stays open; then one call tries again. */
export const OPEN_MS = 5_000;

const RESTING: Delivery = {
  delivered: false,
  error: 'The bus has failed several times in a row and is left alone for some seconds.',
  retryable: true,
};

/** Leaves a far end alone that is down: after {@link FAILURES_MAX} failed calls nothing is sent for {@link OPEN_MS}. */
export function withCircuit<E>(send: SendParcels<E>, nowMs: () => number): SendParcels<E> {
  let failures = 0;
  let openUntilMs = 0;
  return async (parcels) => {
    if (nowMs() < openUntilMs) return parcels.map(() => RESTING);
    try {
      const answers = await send(parcels);
      failures = 0;
      return answers;
    } catch (error) {
      failures += 1;
      if (failures >= FAILURES_MAX) openUntilMs = nowMs() + OPEN_MS;
      throw error;
    }
  };
}
