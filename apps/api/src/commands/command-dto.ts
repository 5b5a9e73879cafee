import type { CommandResponse } from '@flightdeck/contracts';
import type { CommandRow } from './command-index.js';

/** A command as the API tells it: what went over the bus, and what became of it. */
export function commandResponse(row: CommandRow): CommandResponse {
  const { detail, state, stateAt, dispatches, bus, error, unacknowledgedAt, acknowledgement } = row;
  return {
    ...detail,
    facts: { ...detail.facts },
    params: { ...detail.params },
    ...{ state, stateAt, dispatches, bus, error, unacknowledgedAt, acknowledgement },
  };
}
