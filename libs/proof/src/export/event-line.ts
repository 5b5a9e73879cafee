import type { IndexedEvent } from '../log/ledger-range.js';

/**
 * An event as a line of JSON from which its leaf can be made again: the members always stand in this order and bytes that are UTF-8
 * stand as text, so that an event has one line and a line one event.
 */
export function eventLine({ index, event }: IndexedEvent): string {
  return JSON.stringify({
    index,
    stream: event.stream,
    revision: event.revision,
    recordedAtMs: event.recordedAtMs,
    id: event.id.toLowerCase(),
    type: event.type,
    ...(event.isBinary === true ? { binary: true } : {}),
    ...bytesMember('data', event.data),
    ...bytesMember('metadata', event.metadata),
  });
}

function bytesMember(name: string, bytes: Uint8Array): Record<string, string> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = buffer.toString('utf8');
  return Buffer.from(text).equals(buffer)
    ? { [name]: text }
    : { [`${name}Base64`]: buffer.toString('base64') };
}
