import { uuidBytes, uuidv5 } from '@flightdeck/contracts';
import type { Decider, Event } from '@flightdeck/domain';
import type { EventStore } from '@flightdeck/event-store';
import { handleCommand, type CommandFailure } from '@flightdeck/ledger';
import { correlationId, type Expected } from '@flightdeck/platform';
import { randomUUID } from 'node:crypto';

export interface Change<C, E, S, R> {
  readonly store: EventStore;
  readonly stream: string;
  readonly decider: Decider<C, E, S, R>;
  readonly command: C;
  /** Recorded beside each fact. */
  readonly actor: string;
  /** What the caller has seen; `any` decides on what is true now. */
  readonly expected: Expected;
  /** Derives the events' ids, so that a retry after a crash finds what it has already done. */
  readonly idempotencyKey: string | undefined;
}

/** `changed` is false when nothing had to be written. A revision of -1 means that the stream does not exist. */
export type Changed<S, R> =
  | { readonly ok: true; readonly state: S; readonly revision: number; readonly changed: boolean }
  | { readonly ok: false; readonly rejection: R }
  | { readonly ok: false; readonly staleAt: number };

/** Decides a command over its stream. What the store throws leaves the outcome unknown, and becomes a 500: try again. */
export async function decide<C, E extends Event<string, unknown>, S, R extends { readonly code: string }>(
  change: Change<C, E, S, R>,
): Promise<Changed<S, R>> {
  const { store, decider, stream, command, expected, idempotencyKey, actor } = change;
  const correlation = correlationId();
  const done = await handleCommand({ store, decider, newId: randomUUID }, stream, command, {
    ...(expected === 'any' ? {} : { expected: expected === 'none' ? 'no-stream' : expected }),
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    metadata: { actor, ...(correlation === undefined ? {} : { correlationId: correlation }) },
  });
  if (done.ok) {
    return {
      ok: true,
      state: done.state,
      revision: numberOf(done.revision),
      changed: done.events.length > 0,
    };
  }
  const failure = failureOf(done.rejection);
  if (failure === undefined) return { ok: false, rejection: done.rejection as R };
  if (failure.code === 'Busy') return { ok: false, staleAt: -1 };
  return failure.actual === 'no-stream' ? refusedByNothing(change) : { ok: false, staleAt: failure.actual };
}

/** There is no resource, so there is no revision to have lost: the refusal is that it does not exist. */
function refusedByNothing<C, E, S, R>({ decider, command }: Change<C, E, S, R>): Changed<S, R> {
  const decision = decider.decide(command, decider.initial);
  return decision.accepted ? { ok: false, staleAt: -1 } : { ok: false, rejection: decision.rejection };
}

function failureOf(rejection: { readonly code: string }): CommandFailure | undefined {
  return rejection.code === 'Busy' || rejection.code === 'RevisionMismatch'
    ? (rejection as CommandFailure)
    : undefined;
}

function numberOf(revision: number | 'no-stream'): number {
  return revision === 'no-stream' ? -1 : revision;
}

/** Namespace of ids that the API derives from idempotency keys. Fixed for ever. */
const NAMESPACE = uuidBytes('0d8f2ab1-6c3e-5f47-91c2-b7a4e05d9e13');

/** The same id for the same kind of thing and the same idempotency key; a new one without a key. */
export function newIdFor(
  kind: 'rule' | 'key' | 'backtest' | 'webhook' | 'replay',
  idempotencyKey: string | undefined,
): string {
  return idempotencyKey === undefined ? randomUUID() : uuidv5(NAMESPACE, `${kind} ${idempotencyKey}`);
}

/** A decider for several commands at once: all their facts, or the first refusal and none. */
export function inOrder<C, E, S, R>(decider: Decider<C, E, S, R>): Decider<readonly C[], E, S, R> {
  return {
    initial: decider.initial,
    evolve: decider.evolve,
    decide: (commands, state) => {
      const events: E[] = [];
      let now = state;
      for (const command of commands) {
        const decision = decider.decide(command, now);
        if (!decision.accepted) return decision;
        events.push(...decision.events);
        now = decision.events.reduce((folded, event) => decider.evolve(folded, event), now);
      }
      return { accepted: true, events };
    },
  };
}
