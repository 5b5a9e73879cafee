import type { Checkpoint } from '@flightdeck/event-store';
import type { Clock } from '@flightdeck/platform';
import type { ReadModels } from '@flightdeck/read-models';
import { pause } from '../follow/follow-into.js';
import type { PacingFeed } from './pacing-feed.js';
import type { ToldClient } from './told-client.js';

/** Campaigns that may wait for one client; a campaign that moves twice waits once. */
export const MOVED_MAX = 100_000;
/** Campaigns computed and written at once. */
const SLICE = 100;
/** After telling, a client's feed rests so that it takes at most this share of the time, and at most this long. */
const SHARE_MAX = 0.1;
const REST_MS_MAX = 250;

/** What a client still has to be told, and the change up to which it then knows everything. */
interface Waiting {
  readonly moved: Set<string>;
  movedAt: Checkpoint;
  wake: () => void;
}

/**
 * Tells a client the pacing of each campaign that moves: at once when little happens, coalesced when much does. `since` is the
 * change up to which a client that comes back had been told.
 */
export async function tellPacing(
  client: ToldClient,
  since: Checkpoint | undefined,
  feed: PacingFeed,
  readModels: ReadModels,
  clock: Clock,
): Promise<void> {
  const waiting: Waiting = { moved: new Set(), movedAt: feed.checkpoint, wake: () => undefined };
  const stopListening = feed.onChange((campaignIds, checkpoint) => {
    waiting.movedAt = checkpoint;
    addMoved(client, waiting, campaignIds);
    waiting.wake();
  });
  client.signal.addEventListener('abort', () => waiting.wake());
  try {
    if (since !== undefined) await catchUp(client, since, waiting, feed, readModels, clock);
    while (!client.signal.aborted) {
      const startedAt = performance.now();
      await tellMoved(client, waiting, feed, clock);
      const tookMs = performance.now() - startedAt;
      await pause(Math.min(REST_MS_MAX, tookMs / SHARE_MAX - tookMs), client.signal);
      if (waiting.moved.size === 0 && !client.isGone()) await woken(waiting);
    }
  } finally {
    stopListening();
  }
}

function woken(waiting: Waiting): Promise<void> {
  return new Promise((resolve) => (waiting.wake = resolve));
}

function addMoved(client: ToldClient, { moved }: Waiting, campaignIds: Iterable<string>): void {
  for (const campaignId of campaignIds) {
    if (client.campaignId === undefined || client.campaignId === campaignId) moved.add(campaignId);
  }
  if (moved.size > MOVED_MAX) client.connection.overflow('Too many campaigns move for this client.');
}

/** What moved while the client was away: exactly that when it is remembered, else every campaign that has events. */
async function catchUp(
  client: ToldClient,
  since: Checkpoint,
  waiting: Waiting,
  feed: PacingFeed,
  readModels: ReadModels,
  clock: Clock,
): Promise<void> {
  const missed =
    feed.movedSince(since) ?? (client.campaignId === undefined ? undefined : [client.campaignId]);
  if (missed !== undefined) {
    addMoved(client, waiting, missed);
    return;
  }
  let after: string | undefined;
  while (!client.signal.aborted) {
    const campaignIds = await readModels.campaignIds(after, SLICE);
    if (campaignIds.length === 0) return;
    const texts = await feed.textsOf(campaignIds, clock());
    await client.connection.write(texts.map((text) => client.frame('pacing', text)).join(''));
    after = campaignIds.at(-1);
  }
}

/** Until nothing waits. Only the very last frame says that everything was told, since the client may be gone before it. */
async function tellMoved(
  client: ToldClient,
  waiting: Waiting,
  feed: PacingFeed,
  clock: Clock,
): Promise<void> {
  const { moved } = waiting;
  while (!client.signal.aborted) {
    const slice = [...take(moved, SLICE)];
    const toldUpTo = moved.size === 0 ? waiting.movedAt : undefined;
    const texts = slice.length === 0 ? [] : await feed.textsOf(slice, clock());
    const frames = texts.slice(0, -1).map((text) => client.frame('pacing', text));
    if (toldUpTo !== undefined) client.told({ pacing: toldUpTo });
    const last = texts.at(-1);
    if (last !== undefined) await client.connection.write(frames.join('') + client.frame('pacing', last));
    if (moved.size === 0) return;
  }
}

function* take(moved: Set<string>, max: number): Generator<string> {
  let taken = 0;
  for (const campaignId of moved) {
    if (taken++ === max) return;
    moved.delete(campaignId);
    yield campaignId;
  }
}
