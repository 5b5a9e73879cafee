import type { CommandDetail } from '@flightdeck/domain';

/** What became of one command: delivered, or refused with the reason and whether another try may help. */
export type Delivery =
  | { readonly delivered: true }
  | { readonly delivered: false; readonly error: string; readonly retryable: boolean };

/** The way out to campaign systems. A command may be published twice (after a crash); consumers de-duplicate on `commandId`. */
export interface CommandBus {
  /** Recorded in `CommandDispatched`, e.g. `local` or `eventbridge://ads`. */
  readonly name: string;
  /** Publishes in order, one answer for each command, in the same order. An exception means that nothing is known: send again. */
  publish(commands: readonly CommandDetail[]): Promise<readonly Delivery[]>;
}

/** Nest injection token of the process's command bus. */
export const COMMAND_BUS = Symbol('CommandBus');
