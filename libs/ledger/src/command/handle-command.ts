import { decodeJson, encodeJson, uuidv5 } from '@flightdeck/contracts';
import type { Decider } from '@flightdeck/domain';
import type { EventStore, NewEvent, Revision, StoredEvent } from '@flightdeck/event-store';
import { appendSurely } from '../append/append-surely.js';
import { readStream } from '../append/read-stream.js';
import { NAMESPACE } from '../identity.js';

/** How often a command is decided anew after losing a race before it is answered with `Busy`. */
export const ATTEMPTS_MAX = 10;

/** An event as a decider knows it. */
export interface AnyEvent {
  readonly type: string;
  readonly data: unknown;
}

export interface CommandContext<C, E extends AnyEvent, S, R> {
  readonly store: EventStore;
  readonly decider: Decider<C, E, S, R>;
  /** A new UUID, for facts of commands without an idempotency key. */
  readonly newId: () => string;
}

export interface CommandOptions {
  /** The revision on which the command was meant (HTTP If-Match); any other is a RevisionMismatch. */
  readonly expected?: Revision | 'no-stream';
  /** A command sent again under the same key is the same command, whatever has happened since. */
  readonly idempotencyKey?: string;
  /** Kept in the metadata of each fact. */
  readonly metadata?: { readonly actor?: string; readonly correlationId?: string };
}

export type CommandFailure =
  | { readonly code: 'RevisionMismatch'; readonly actual: Revision | 'no-stream' }
  /** The stream kept changing; nothing was written; try again. */
  | { readonly code: 'Busy' };

export type CommandResult<E, S, R> =
  | {
      readonly ok: true;
      /** The stream's head after the command. */
      readonly revision: Revision | 'no-stream';
      readonly state: S;
      /** The facts it made, or had made when it came before under the same idempotency key. */
      readonly events: readonly E[];
    }
  | { readonly ok: false; readonly rejection: R | CommandFailure };

interface Loaded<E, S> {
  readonly state: S;
  readonly head: Revision | 'no-stream';
  /** Facts that this very command (by its idempotency key) made before. */
  readonly made: readonly E[];
}

/**
 * Load, fold, decide, append at exactly the revision that was folded. After a lost race, decide again on what is now true.
 * @throws what the store throws: then the outcome is unknown, and only a command with an idempotency key can be sent again safely
 * in every case.
 */
export async function handleCommand<C, E extends AnyEvent, S, R>(
  context: CommandContext<C, E, S, R>,
  stream: string,
  command: C,
  options: CommandOptions = {},
): Promise<CommandResult<E, S, R>> {
  const { store, decider } = context;
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
    const { state, head, made } = await load(context, stream, options.idempotencyKey);
    if (made.length > 0) return { ok: true, revision: head, state, events: made };
    if (options.expected !== undefined && options.expected !== head) {
      return { ok: false, rejection: { code: 'RevisionMismatch', actual: head } };
    }
    const decision = decider.decide(command, state);
    if (!decision.accepted) return { ok: false, rejection: decision.rejection };
    const { events } = decision;
    if (events.length === 0) return { ok: true, revision: head, state, events };
    const encoded = encode(context, stream, events, options);
    const appended = await appendSurely(store, stream, encoded, head);
    if (appended.ok) {
      const after = events.reduce((folded, event) => decider.evolve(folded, event), state);
      return { ok: true, revision: appended.revision, state: after, events };
    }
  }
  return { ok: false, rejection: { code: 'Busy' } };
}

async function load<C, E extends AnyEvent, S, R>(
  { store, decider }: CommandContext<C, E, S, R>,
  stream: string,
  idempotencyKey: string | undefined,
): Promise<Loaded<E, S>> {
  let state = decider.initial;
  let head: Revision | 'no-stream' = 'no-stream';
  const made: E[] = [];
  let nextOwnId = idempotencyKey === undefined ? undefined : ownId(stream, idempotencyKey, 0);
  for await (const page of readStream(store, stream, 0)) {
    for (const stored of page) {
      const event = decodeEvent<E>(stored);
      state = decider.evolve(state, event);
      head = stored.revision;
      if (nextOwnId === undefined || stored.id !== nextOwnId) continue;
      made.push(event);
      nextOwnId = ownId(stream, idempotencyKey ?? '', made.length);
    }
  }
  return { state, head, made };
}

/** A stored event as the fact that it is. The ledger holds only what this system wrote, so its shape is not checked again. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the stored shape is named where it is read
export function decodeEvent<E extends AnyEvent>(stored: StoredEvent): E {
  return { type: stored.type, data: decodeJson<unknown>(stored.data) } as E;
}

function encode<C, E extends AnyEvent, S, R>(
  { newId }: CommandContext<C, E, S, R>,
  stream: string,
  events: readonly E[],
  { idempotencyKey, metadata = {} }: CommandOptions,
): readonly NewEvent[] {
  const encodedMetadata = encodeJson(metadata);
  return events.map((event, index) => ({
    id: idempotencyKey === undefined ? newId() : ownId(stream, idempotencyKey, index),
    type: event.type,
    data: encodeJson(event.data),
    metadata: encodedMetadata,
  }));
}

/** A stream's name holds no space, so no two of (stream, key, index) make the same name. */
function ownId(stream: string, idempotencyKey: string, index: number): string {
  return uuidv5(NAMESPACE.command, `${stream} ${index} ${idempotencyKey}`);
}
