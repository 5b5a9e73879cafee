import { signedHeaders, webhookSecret, type Sent, type WebhookSender } from '@flightdeck/bus';
import {
  formatInstant,
  parseInstant,
  pauseAfter,
  type DeliveryEvent,
  type Webhook,
} from '@flightdeck/domain';
import type { EventStore, StoredEvent } from '@flightdeck/event-store';
import type { Clock } from '@flightdeck/platform';
import type { Checkpoints } from '../dispatch/checkpoints.js';
import { pause, untilAborted } from '../pause.js';
import type { DeliveryLog } from './delivery-log.js';
import type { DeliveryQueue, Pending } from './delivery-queue.js';
import { envelopeOf } from './envelope.js';
import type { WebhookBook } from './webhook-book.js';

/** For so long after a rotation the secret before signs too. */
export const OLD_SECRET_LASTS_MS = 24 * 60 * 60_000;
/** How often the places to begin from are written down. */
export const PLACES_EVERY_MS = 60_000;
/** When the ledger could not be written, the delivery has its turn again after so long. */
const UNRECORDED_PAUSE_MS = 5_000;

export interface WebhookDispatcherDeps {
  readonly book: WebhookBook;
  readonly queue: DeliveryQueue;
  readonly log: DeliveryLog;
  readonly sender: WebhookSender;
  readonly store: EventStore;
  readonly places: Checkpoints;
  /** What secrets are derived from. */
  readonly key: Uint8Array;
  readonly clock: Clock;
  readonly random: () => number;
  /** Told of what failed and will be tried again. */
  readonly onError: (error: unknown) => void;
}

/**
 * Posts what the queue holds and records how each try ended. A crash in between posts the same `webhook-id` again, which receivers
 * de-duplicate. It reads the live ledger only, so a replay can never post.
 */
export class WebhookDispatcher {
  private readonly flying = new Set<Promise<void>>();

  constructor(private readonly deps: WebhookDispatcherDeps) {}

  /** Runs until `signal` aborts; what is being posted is finished and recorded. */
  async run(signal: AbortSignal): Promise<void> {
    await untilAborted(this.deps.queue.outcomesCaughtUp(), signal);
    await Promise.all([this.postAll(signal), this.keepPlaces(signal)]);
  }

  private async postAll(signal: AbortSignal): Promise<void> {
    const { queue, clock } = this.deps;
    while (!signal.aborted) {
      for (const one of queue.take(clock())) this.launch(one);
      await queue.bell.wait(signal, queue.untilDueMs(clock()));
    }
    await Promise.all(this.flying);
  }

  private launch(one: Pending): void {
    const flight = this.deliver(one)
      .catch((error: unknown) => {
        this.deps.onError(error);
        this.deps.queue.landed(one, this.deps.clock() + UNRECORDED_PAUSE_MS);
      })
      .finally(() => this.flying.delete(flight));
    this.flying.add(flight);
  }

  private async deliver(one: Pending): Promise<void> {
    const { book, queue, log } = this.deps;
    const webhook = book.get(one.webhookId);
    if (webhook === undefined) {
      queue.drop(one.webhookId);
      return;
    }
    const event = this.outcome(one, await this.post(webhook, one));
    await log.record(one.webhookId, event);
    const nextAt = event.type === 'DeliveryFailed' ? event.data.nextAt : null;
    one.attempts = event.type === 'DeliveryFailed' ? event.data.attempt : one.attempts;
    queue.landed(one, nextAt === null ? undefined : parseInstant(nextAt));
  }

  private async post(webhook: Webhook, one: Pending): Promise<Sent> {
    const { store, sender, clock, key } = this.deps;
    const stored = await readOne(store, one.source);
    const envelope = envelopeOf(stored);
    if (envelope === undefined)
      throw new Error(`${stored.stream}@${stored.revision} is not told to webhooks.`);
    const body = JSON.stringify(envelope);
    const nowMs = clock();
    const generations = [webhook.generation];
    if (nowMs - (parseInstant(webhook.rotatedAt ?? '') ?? -Infinity) < OLD_SECRET_LASTS_MS)
      generations.push(webhook.generation - 1);
    const secrets = generations.map((generation) => webhookSecret(key, webhook.webhookId, generation));
    const message = { id: one.deliveryId, timestampSeconds: Math.floor(nowMs / 1_000), body };
    return sender.post(webhook.url, signedHeaders(message, secrets), body);
  }

  private outcome(one: Pending, sent: Sent): DeliveryEvent {
    const { clock, random } = this.deps;
    const { deliveryId, source, detailType } = one;
    const nowMs = clock();
    const attempt = one.attempts + 1;
    const shared = { deliveryId, source, detailType, at: formatInstant(nowMs), attempt };
    if (sent.ok) return { type: 'DeliverySucceeded', data: { ...shared, status: sent.status } };
    const { status, error, retryable, retryAfterMs } = sent;
    const pauseMs = retryable ? pauseAfter(attempt, random(), retryAfterMs) : undefined;
    const nextAt = pauseMs === undefined ? null : formatInstant(nowMs + pauseMs);
    return { type: 'DeliveryFailed', data: { ...shared, status, error, nextAt } };
  }

  private async keepPlaces(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await pause(PLACES_EVERY_MS, signal);
      try {
        await this.deps.places.save(JSON.stringify(this.deps.queue.places));
      } catch (error) {
        this.deps.onError(error); // older ones serve as well
      }
    }
  }
}

async function readOne(
  store: EventStore,
  { stream, revision }: { readonly stream: string; readonly revision: number },
): Promise<StoredEvent> {
  for await (const stored of store.read(stream, revision, { direction: 'forwards', max: 1 })) return stored;
  throw new Error(`${stream}@${revision} is not in the ledger.`);
}
