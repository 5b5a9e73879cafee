import {
  ANY,
  MaxAppendSizeExceededError,
  NO_STREAM,
  STREAM_EXISTS,
  WrongExpectedVersionError,
  type AppendExpectedRevision,
  type EventStoreDBClient,
} from '@eventstore/db-client';
import { AppendTooLarge, type AppendResult, type Expected, type NewEvent } from '../../event-store.js';

/** The most bytes of one append that a server takes unless configured otherwise. */
export const APPEND_BYTES_MAX = 1_048_576;
/** What an event weighs beside its data and metadata: its id, type and framing. */
const EVENT_OVERHEAD_BYTES = 128;

/** Appends over one client, and learns from the server how much one append may hold. */
export class Appends {
  private readonly inFlight = new Set<Promise<unknown>>();
  /** The first append over a connection: while the client opens it, a later one could overtake. */
  private first: Promise<unknown> | undefined;
  bytesMax = APPEND_BYTES_MAX;

  constructor(private readonly client: EventStoreDBClient) {}

  /** @throws {AppendTooLarge}, {TypeError}; anything else leaves the outcome unknown. */
  append(stream: string, events: readonly NewEvent[], expected: Expected): Promise<AppendResult> {
    const appended = this.inTurn(() => this.send(stream, events, expected));
    this.inFlight.add(appended);
    const forget = (): void => {
      this.inFlight.delete(appended);
    };
    appended.then(forget, () => {
      forget();
      this.first = undefined;
    });
    return appended;
  }

  /** Waits for the appends in flight, whatever becomes of them. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.inFlight);
  }

  private inTurn(send: () => Promise<AppendResult>): Promise<AppendResult> {
    if (this.first === undefined) {
      const sent = send();
      this.first = sent;
      return sent;
    }
    return this.first.then(send, send);
  }

  private async send(stream: string, events: readonly NewEvent[], expected: Expected): Promise<AppendResult> {
    const expectedRevision = revisionOf(expected);
    if (events.length === 0) throw new TypeError('An append needs at least one event.');
    const proposed = events.map(proposedOf);
    const bytes = proposed.reduce(
      (sum, { data, metadata }) => sum + EVENT_OVERHEAD_BYTES + data.length + (metadata?.length ?? 0),
      0,
    );
    if (bytes > this.bytesMax)
      throw new AppendTooLarge(`The append of ${bytes} bytes is over the limit of ${this.bytesMax}.`);
    try {
      const result = await this.client.appendToStream(stream, proposed, {
        expectedRevision,
      });
      const revision = Number(result.nextExpectedRevision);
      // A server that found the same ids stored already has no place to tell.
      return result.position === undefined ? { ok: true, revision, repeated: true } : { ok: true, revision };
    } catch (error) {
      if (error instanceof WrongExpectedVersionError) return { ok: false, actual: actualOf(error) };
      if (!(error instanceof MaxAppendSizeExceededError)) throw error;
      this.bytesMax = Math.min(this.bytesMax, error.maxAppendSize);
      throw new AppendTooLarge(`The append is over the server’s limit of ${error.maxAppendSize} bytes.`);
    }
  }
}

interface Proposed {
  readonly id: string;
  readonly type: string;
  readonly contentType: 'application/octet-stream';
  readonly data: Uint8Array;
  readonly metadata: Uint8Array | undefined;
}

/** As bytes, whatever they say: the client would write JSON anew, and what is hashed and proven are the bytes. */
function proposedOf({ id, type, data, metadata }: NewEvent): Proposed {
  return {
    ...{ id, type, contentType: 'application/octet-stream', data: plain(data) },
    metadata: metadata.length === 0 ? undefined : plain(metadata),
  };
}

/** The client takes a Buffer for an object to be written as JSON. */
function plain(bytes: Uint8Array): Uint8Array {
  return bytes.constructor === Uint8Array
    ? bytes
    : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function revisionOf(expected: Expected): AppendExpectedRevision {
  if (expected === 'any') return ANY;
  if (expected === 'no-stream') return NO_STREAM;
  if (expected === 'stream-exists') return STREAM_EXISTS;
  if (!Number.isSafeInteger(expected) || expected < 0)
    throw new TypeError(`An expected revision must be a whole number from 0, not ${expected}.`);
  return BigInt(expected);
}

function actualOf({ actualVersion }: WrongExpectedVersionError): number | 'no-stream' {
  return typeof actualVersion === 'bigint' && actualVersion >= 0n ? Number(actualVersion) : 'no-stream';
}
