import type { CommandDetail } from '@flightdeck/domain';
import type { CommandBus, Delivery } from '../command-bus.js';

export type CommandListener = (command: CommandDetail) => void;

/** Commands in one process: to whoever listens, and to a short memory for who comes a moment later. */
export interface LocalCommandBus extends CommandBus {
  /** Calls `listener` for every command published from now on, in order; the answer unsubscribes. @throws {TooManyListeners} */
  subscribe(listener: CommandListener): () => void;
  /** The last {@link RECENT_MAX} commands, oldest first. The whole history is in the ledger. */
  recent(): readonly CommandDetail[];
}

export const RECENT_MAX = 1_000;
export const LISTENERS_MAX = 1_000;

/** More listen to the local bus than it can tell. */
export class TooManyListeners extends Error {
  override readonly name = 'TooManyListeners';
}

/** The bus of the embedded Flightdeck. A listener that throws makes that delivery fail, so that it is tried again. */
export function localCommandBus(): LocalCommandBus {
  const listeners = new Set<CommandListener>();
  const recent: CommandDetail[] = [];

  const deliver = (command: CommandDetail): Delivery => {
    recent.push(command);
    if (recent.length > RECENT_MAX) recent.shift();
    const errors: string[] = [];
    for (const listener of listeners) {
      try {
        listener(command);
      } catch (error) {
        errors.push(error instanceof Error ? error.message : String(error));
      }
    }
    return errors.length === 0
      ? { delivered: true }
      : { delivered: false, error: errors.join('; '), retryable: true };
  };

  return {
    name: 'local',
    publish: async (commands) => commands.map(deliver),
    subscribe: (listener) => {
      if (listeners.size >= LISTENERS_MAX)
        throw new TooManyListeners(`At most ${LISTENERS_MAX} listen to one bus.`);
      const own: CommandListener = (command) => listener(command); // the same function may be subscribed twice
      listeners.add(own);
      return () => listeners.delete(own);
    },
    recent: () => [...recent],
  };
}
