import { Circuit } from '@flightdeck/aws';
import type { Delivery } from '../command-bus.js';
import type { SendParcels } from './publish-in-order.js';

const RESTING: Delivery = {
  delivered: false,
  error: 'The bus has failed several times in a row and is left alone for some seconds.',
  retryable: true,
};

/** Leaves a bus alone that is down: while the {@link Circuit} is open nothing is sent. */
export function withCircuit<E>(send: SendParcels<E>, nowMs: () => number): SendParcels<E> {
  const circuit = new Circuit(nowMs);
  return async (parcels) => {
    if (circuit.isOpen()) return parcels.map(() => RESTING);
    try {
      const answers = await send(parcels);
      circuit.succeeded();
      return answers;
    } catch (error) {
      circuit.failed();
      throw error;
    }
  };
}
