import type { StoredEvent } from '../../event-store.js';
import type { ReadResp } from './protocol.js';
import type { AllPosition } from './requests.js';

/** `created` counts 100 ns since the Unix epoch. */
const TICKS_PER_MS = 10_000;
const UTF8 = new TextDecoder();

/** An event as it was written, byte by byte, and its place in `$all`. */
export interface Received {
  readonly event: StoredEvent;
  readonly position: AllPosition;
}

/** The event in an answer; undefined where there is none, as for a link whose event is gone. */
export function receivedOf(answer: ReadResp): Received | undefined {
  const recorded = answer.getEvent()?.getEvent();
  const stream = recorded?.getStreamIdentifier();
  if (recorded === undefined || stream === undefined) return undefined;
  const described = recorded.getMetadataMap();
  return {
    event: {
      id: recorded.getId()?.getString() ?? '',
      type: described.get('type') ?? '',
      stream: UTF8.decode(stream.getStreamName_asU8()),
      revision: Number(recorded.getStreamRevision()),
      recordedAtMs: Math.floor(Number(described.get('created') ?? 0) / TICKS_PER_MS),
      data: recorded.getData_asU8(),
      metadata: recorded.getCustomMetadata_asU8(),
    },
    position: { commit: recorded.getCommitPosition(), prepare: recorded.getPreparePosition() },
  };
}

/** Events that the server writes for itself, and those that say something of streams. */
export function isSystemStream(stream: string): boolean {
  return stream.startsWith('$');
}
