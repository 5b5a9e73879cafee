import {
  AppendTooLarge,
  type Expected,
  type NewEvent,
  type ServableEventStore,
} from '@flightdeck/event-store';
import type { Deletions } from './deletions.js';

/** The most bytes of one append unless configured: EventStoreDB's own default. */
export const APPEND_BYTES_MAX = 1_048_576;

/** What became of an append, whatever call it came by. */
export type Appended =
  | { readonly kind: 'written'; readonly revision: number; readonly position: number | undefined }
  | { readonly kind: 'wrong-version'; readonly actual: number | 'no-stream' }
  | { readonly kind: 'deleted' }
  | { readonly kind: 'too-large' };

/** What an append stands on. */
export interface AppendDeps {
  readonly store: ServableEventStore;
  /** Undefined where nothing can be deleted. */
  readonly deletions: Deletions | undefined;
  readonly appendBytesMax: number;
}

/** Appends to a stream. @throws what the store throws: the outcome is unknown then. {@link TypeError} for what no stream or event may be. */
export async function appendToStream(
  { store, deletions }: AppendDeps,
  stream: string,
  events: readonly NewEvent[],
  expected: Expected,
): Promise<Appended> {
  if (deletions?.isTombstoned(stream) === true) return { kind: 'deleted' };
  const settled = deletions === undefined ? expected : await deletions.expectedOn(stream, expected);
  try {
    const result = await store.appendPlaced(stream, events, settled);
    if (!result.ok) return { kind: 'wrong-version', actual: result.actual };
    await deletions?.appended(stream, events, result.revision);
    return { kind: 'written', revision: result.revision, position: result.position };
  } catch (error) {
    if (error instanceof AppendTooLarge) return { kind: 'too-large' };
    throw error;
  }
}
