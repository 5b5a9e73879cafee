import { randomUUID } from 'node:crypto';
import type { NewEvent, ServableEventStore } from '@flightdeck/event-store';

/** What a fresh EventStoreDB begins with, and what clients' own suites expect to find at the start of `$all`. */
const FIRST: readonly { readonly stream: string; readonly type: string; readonly data: object }[] = [
  { stream: '$$$stats-127.0.0.1:2113', type: '$metadata', data: { $maxAge: 86_400 } },
  { stream: '$settings', type: '$settings', data: { $userStreamAcl: { $r: '$all', $w: '$all' } } },
  { stream: '$stats-127.0.0.1:2113', type: '$statsCollected', data: {} },
];

/** Writes the system events of a fresh server; an old one has them. */
export async function writeSystemEvents(store: ServableEventStore): Promise<void> {
  if (store.end > 0) return;
  for (const { stream, type, data } of FIRST) {
    const event: NewEvent = {
      id: randomUUID(),
      type,
      data: Buffer.from(JSON.stringify(data)),
      metadata: new Uint8Array(),
    };
    await store.append(stream, [event], 'no-stream');
  }
}
