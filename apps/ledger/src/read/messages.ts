import type { PlacedEvent } from '@flightdeck/event-store';
import { shared, streams, type ReadResp } from '../adapters/protocol.js';

/** `created` counts 100 ns since the Unix epoch. */
const TICKS_PER_MS = 10_000n;

/** How ids are written: as text, or as two 64-bit halves. */
export type IdForm = 'text' | 'halves';

/** A stored event as the protocol shows it. */
export function eventMessage(event: PlacedEvent, ids: IdForm): ReadResp {
  const position = String(event.position);
  const recorded = new streams.ReadResp.ReadEvent.RecordedEvent();
  recorded.setId(idMessage(event.id, ids));
  recorded.setStreamIdentifier(streamIdentifier(event.stream));
  recorded.setStreamRevision(String(event.revision));
  recorded.setCommitPosition(position);
  recorded.setPreparePosition(position);
  recorded.setCustomMetadata(event.metadata);
  recorded.setData(event.data);
  const described = recorded.getMetadataMap();
  described.set('type', event.type);
  described.set('content-type', event.isBinary === true ? 'application/octet-stream' : 'application/json');
  described.set('created', String(BigInt(event.recordedAtMs) * TICKS_PER_MS));
  const read = new streams.ReadResp.ReadEvent();
  read.setEvent(recorded);
  read.setCommitPosition(position);
  return new streams.ReadResp().setEvent(read);
}

/** The answer for a stream that does not exist, or of which nothing is in sight. */
export function streamNotFound(stream: string): ReadResp {
  const notFound = new streams.ReadResp.StreamNotFound();
  notFound.setStreamIdentifier(streamIdentifier(stream));
  return new streams.ReadResp().setStreamNotFound(notFound);
}

/** The first answer of every subscription. */
export function confirmation(subscriptionId: string): ReadResp {
  const confirmed = new streams.ReadResp.SubscriptionConfirmation();
  confirmed.setSubscriptionId(subscriptionId);
  return new streams.ReadResp().setConfirmation(confirmed);
}

/** How far a filtered subscription has come: the position of the last event considered. */
export function checkpoint(position: number): ReadResp {
  const place = new streams.ReadResp.Checkpoint();
  place.setCommitPosition(String(position));
  place.setPreparePosition(String(position));
  return new streams.ReadResp().setCheckpoint(place);
}

/** From here on events come as they are stored. */
export function caughtUp(): ReadResp {
  return new streams.ReadResp().setCaughtUp(new streams.ReadResp.CaughtUp());
}

function streamIdentifier(stream: string) {
  return new shared.StreamIdentifier().setStreamName(Buffer.from(stream, 'utf8'));
}

function idMessage(id: string, form: IdForm) {
  const uuid = new shared.UUID();
  if (form === 'text') return uuid.setString(id);
  const hex = id.replaceAll('-', '');
  const halves = new shared.UUID.Structured();
  halves.setMostSignificantBits(String(BigInt.asIntN(64, BigInt(`0x${hex.slice(0, 16)}`))));
  halves.setLeastSignificantBits(String(BigInt.asIntN(64, BigInt(`0x${hex.slice(16)}`))));
  return uuid.setStructured(halves);
}
