import type { NewEvent } from '@flightdeck/event-store';
import type { BatchAppendReq, UUID } from '../adapters/protocol.js';

const UUID_TEXT = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/iu;
const TYPE = 'type';
const CONTENT_TYPE = 'content-type';
const JSON_CONTENT = 'application/json';

/** An event as a client proposes it; the messages of both append calls have this shape. */
export type ProposedMessage = Pick<
  BatchAppendReq.ProposedMessage,
  'getId' | 'getMetadataMap' | 'getCustomMetadata_asU8' | 'getData_asU8'
>;

/** The event, or one sentence about what is wrong with it. */
export function newEventOf(message: ProposedMessage): NewEvent | string {
  const id = uuidText(message.getId());
  if (id === undefined) return 'An event needs a UUID as its id.';
  const described = message.getMetadataMap();
  const type = described.get(TYPE) ?? '';
  if (type === '') return 'An event needs a type.';
  const contentType = described.get(CONTENT_TYPE);
  if (contentType === undefined) return 'An event needs a content-type.';
  return {
    id,
    type,
    data: message.getData_asU8(),
    metadata: message.getCustomMetadata_asU8(),
    ...(contentType === JSON_CONTENT ? {} : { isBinary: true }),
  };
}

/** Bytes that count towards the limit of an append. */
export function bytesOf({ data, metadata, type }: NewEvent): number {
  return data.length + metadata.length + type.length;
}

/** The text of a UUID in either of the protocol's forms; undefined when it is none. */
export function uuidText(uuid: UUID | undefined): string | undefined {
  if (uuid === undefined) return undefined;
  const structured = uuid.getStructured();
  const text = structured === undefined ? uuid.getString() : structuredText(structured);
  return UUID_TEXT.test(text) ? text.toLowerCase() : undefined;
}

function structuredText(uuid: UUID.Structured): string {
  const hex = halfText(uuid.getMostSignificantBits()) + halfText(uuid.getLeastSignificantBits());
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** A signed 64-bit decimal as sixteen hexadecimal digits. */
function halfText(decimal: string): string {
  return BigInt.asUintN(64, BigInt(decimal)).toString(16).padStart(16, '0');
}
