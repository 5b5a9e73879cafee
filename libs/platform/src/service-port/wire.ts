import { deserialize, serialize } from 'node:v8';

/** Where a process offers its ports to the other processes of the same Flightdeck. */
export const PORTS_PATH = '/internal/ports';
/** What a caller of ports may do; no key that a person holds grants it. */
export const PORTS_PERMISSION = 'ports:call';
/** Arguments and results travel as structured clones: both ends are the same build. */
export const PORTS_CONTENT_TYPE = 'application/octet-stream';
/** As much as the largest request of events, and what stands around it. */
export const PORTS_BODY_LIMIT = 9 * 1024 * 1024;
/** Calls between processes get their bodies as the bytes that came. */
export const PORTS_BODIES = {
  pathPrefix: PORTS_PATH,
  contentTypes: [PORTS_CONTENT_TYPE],
  bodyLimit: PORTS_BODY_LIMIT,
} as const;

/** How long a feed that has nothing to say stays silent; a reader that hears nothing for several of these has lost it. */
export const HEARTBEAT_EVERY_MS = 500;
const LENGTH_BYTES = 4;
/** The longest item of a feed. */
const ITEM_BYTES_MAX = 64 * 1024 * 1024;

/** An exception as it crosses to the caller: its fields with it, its stack and cause not. */
export interface CarriedError {
  readonly name: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export type PortAnswer =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: CarriedError };

/** The arguments of a call as bytes (V8's structured clone). */
export function encodeArguments(values: readonly unknown[]): Buffer {
  return serialize(values);
}

/** @throws {TypeError} for bytes that are no arguments. */
export function decodeArguments(bytes: Uint8Array): readonly unknown[] {
  const values = decoded(bytes);
  if (!Array.isArray(values)) throw new TypeError('The body is no list of arguments.');
  return values as readonly unknown[];
}

/** The answer of a call as bytes (V8's structured clone). */
export function encodeAnswer(answer: PortAnswer): Buffer {
  return serialize(answer);
}

/** @throws {TypeError} for bytes that are no answer. */
export function decodeAnswer(bytes: Uint8Array): PortAnswer {
  const answer = decoded(bytes);
  if (typeof answer !== 'object' || answer === null || !('ok' in answer))
    throw new TypeError('The body is no answer of a port.');
  return answer as PortAnswer;
}

/** What of an exception goes over to the caller: its name, its message, and its plain fields. */
export function carried(error: unknown): CarriedError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error), fields: {} };
  const fields = Object.fromEntries(Object.entries(error).filter(([, value]) => isPlain(value)));
  return { name: error.name, message: error.message, fields };
}

/** One item of a feed behind its length; without an item, a heartbeat. */
export function frameOf(item?: unknown): Buffer {
  const bytes = item === undefined ? Buffer.alloc(0) : serialize(item);
  const frame = Buffer.allocUnsafe(LENGTH_BYTES + bytes.length);
  frame.writeUInt32LE(bytes.length, 0);
  frame.set(bytes, LENGTH_BYTES);
  return frame;
}

/** Puts the bytes of a feed together again, however they were cut. */
export class FrameReader {
  private rest = Buffer.alloc(0);

  /** The items that are complete with these bytes. @throws {RangeError} for an item over the limit. */
  take(bytes: Uint8Array): unknown[] {
    this.rest = this.rest.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.rest, bytes]);
    const items: unknown[] = [];
    let at = 0;
    while (this.rest.length - at >= LENGTH_BYTES) {
      const length = this.rest.readUInt32LE(at);
      if (length > ITEM_BYTES_MAX) throw new RangeError(`An item of a feed has ${length} bytes.`);
      if (this.rest.length - at - LENGTH_BYTES < length) break;
      at += LENGTH_BYTES;
      if (length > 0) items.push(decoded(this.rest.subarray(at, at + length)));
      at += length;
    }
    this.rest = this.rest.subarray(at);
    return items;
  }
}

function decoded(bytes: Uint8Array): unknown {
  try {
    return deserialize(bytes);
  } catch (error) {
    throw new TypeError('The bytes are no structured clone.', { cause: error });
  }
}

function isPlain(value: unknown): boolean {
  return value === null || ['string', 'number', 'boolean', 'undefined'].includes(typeof value);
}
