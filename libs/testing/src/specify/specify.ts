import type { Decider } from '@flightdeck/domain';
import { expect } from '@jest/globals';

interface When<E, R> {
  /** The command is accepted and makes exactly these facts; none when what it asks is already so. */
  then(...expected: readonly E[]): void;
  /** The command is refused with exactly this rejection. */
  thenRejected(rejection: R): void;
}

interface Given<C, E extends { readonly type: string }, R> {
  when(command: C): When<E, R>;
}

/** Given/when/then over a decider: given facts, when a command, then facts or a rejection. */
export function specify<C, E extends { readonly type: string }, S, R>(
  decider: Decider<C, E, S, R>,
): { readonly given: (...history: readonly E[]) => Given<C, E, R> } {
  const given = (...history: readonly E[]): Given<C, E, R> => ({
    when: (command) => {
      const state = history.reduce((folded, event) => decider.evolve(folded, event), decider.initial);
      const decision = decider.decide(command, state);
      return {
        then: (...expected) => expect(decision).toEqual({ accepted: true, events: expected }),
        thenRejected: (rejection) => expect(decision).toEqual({ accepted: false, rejection }),
      };
    },
  });
  return { given };
}

/**
 * Plays commands one after another and says each command again at once: the first that yields an event the second time is
 * named, which no decider may have ("a command repeated is harmless").
 */
export function repeatedCommandThatActs<C, E, S, R>(
  decider: Decider<C, E, S, R>,
  commands: readonly C[],
): C | undefined {
  let state = decider.initial;
  for (const command of commands) {
    const first = decider.decide(command, state);
    if (first.accepted) state = first.events.reduce((folded, event) => decider.evolve(folded, event), state);
    const second = decider.decide(command, state);
    if (second.accepted && second.events.length > 0) return command;
  }
  return undefined;
}
