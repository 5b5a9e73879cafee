/** A fact of the past: its name and its data, JSON only. */
export interface Event<Type extends string, Data> {
  readonly type: Type;
  readonly data: Data;
}

/** What a decider answers: new facts (none when nothing changes), or a rejection that is a value. */
export type Decision<E, R> =
  | { readonly accepted: true; readonly events: readonly E[] }
  | { readonly accepted: false; readonly rejection: R };

/** One aggregate: how its facts fold into a state, and what a command makes of that state. */
export interface Decider<C, E, S, R> {
  readonly initial: S;
  readonly evolve: (state: S, event: E) => S;
  readonly decide: (command: C, state: S) => Decision<E, R>;
}

/** Accepts a command with the facts it makes; without facts, what was asked is already so. */
export function accept<E>(...events: readonly E[]): Decision<E, never> {
  return { accepted: true, events };
}

/** Refuses a command; the business says no. */
export function reject<R>(rejection: R): Decision<never, R> {
  return { accepted: false, rejection };
}

/** Makes an unhandled case a compile error, and a bug at run time. */
export function unreachable(value: never): never {
  throw new Error(`Unreachable case: ${JSON.stringify(value)}`);
}
