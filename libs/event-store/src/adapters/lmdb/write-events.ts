import type { NewEvent } from '../../event-store.js';
import { BINARY, ENDS, HEADER, ID, PER_EVENT, TYPE } from './frame-layout.js';
import { writeUuid } from './uuid.js';

/** Bytes that one event adds to a chunk, its type's name not counted. */
export function frameBytesOf(event: NewEvent): number {
  return PER_EVENT + bodyBytesOf(event);
}

/** Bytes of the data and metadata of one event. */
export function bodyBytesOf(event: NewEvent): number {
  return dataLength(event) + metadataLength(event);
}

/** Writes `events[from..to)` into a frame: their ends, types, ids and bodies. `types` numbers the names of types. */
export function writeEvents(
  frame: Buffer,
  events: readonly NewEvent[],
  from: number,
  to: number,
  types: ReadonlyMap<string, number>,
  bodiesAt: number,
): void {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  const typesAt = HEADER + (to - from) * ENDS;
  const idsAt = typesAt + (to - from) * TYPE;
  let body = 0;
  for (let i = from; i < to; i++) {
    const event = events[i] as NewEvent;
    const index = i - from;
    const dataEnd = body + dataLength(event);
    const end = dataEnd + metadataLength(event);
    view.setUint32(HEADER + index * ENDS, dataEnd, true);
    view.setUint32(HEADER + index * ENDS + 4, end, true);
    const name = types.get(event.type) ?? 0;
    view.setUint16(typesAt + index * TYPE, event.isBinary === true ? name | BINARY : name, true);
    if (event.bytes === undefined) {
      frame.set(event.data, bodiesAt + body);
      frame.set(event.metadata, bodiesAt + dataEnd);
      writeUuid(event.id, frame, idsAt + index * ID);
    } else {
      event.bytes.writeBody(frame, bodiesAt + body);
      event.bytes.writeId(frame, idsAt + index * ID);
    }
    body = end;
  }
}

function dataLength(event: NewEvent): number {
  return event.bytes === undefined ? event.data.length : event.bytes.dataLength;
}

function metadataLength(event: NewEvent): number {
  return event.bytes === undefined ? event.metadata.length : event.bytes.metadataLength;
}
