import { randomUUID } from 'node:crypto';
import { WEBHOOK_SENDER, type WebhookSender } from '@flightdeck/bus';
import { webhookSender } from '@flightdeck/bus/webhook';
import { PREFIX, STREAM } from '@flightdeck/contracts';
import { EVENT_STORE, type EventStore } from '@flightdeck/event-store';
import { CLOCK, LOGGER, Metrics, type BatchSource, type Clock, type Logger } from '@flightdeck/platform';
import {
  Module,
  type BeforeApplicationShutdown,
  type DynamicModule,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Checkpoints } from '../dispatch/checkpoints.js';
import { DeliveryLog } from './delivery-log.js';
import { BEGINNING, DeliveryQueue, type Places } from './delivery-queue.js';
import { TOLD_PREFIXES } from './envelope.js';
import { WEBHOOK_PATTERNS, WEBHOOK_STREAMS } from './tokens.js';
import { WebhookBook } from './webhook-book.js';
import { WebhookDispatcher } from './webhook-dispatcher.js';
import { WebhookStreamsController } from './webhook-streams.controller.js';

const PLACES_STREAM = 'checkpoint-rules-webhooks';

export interface WebhooksOptions {
  /** What the secrets of webhooks are derived from; the API derives them from the same. */
  readonly key: Uint8Array;
  /** Ranges of special addresses that webhooks may reach, e.g. `10.1.0.0/16`. */
  readonly allow: readonly string[];
  readonly onFatal: (error: unknown, part: string) => void;
  /** Unless given, over HTTP. */
  readonly sender?: WebhookSender;
}

/** Starts posting with the application, and at its end waits for what is being posted. */
class WebhooksLoop implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(
    private readonly dispatcher: WebhookDispatcher,
    private readonly sender: WebhookSender,
    private readonly queue: DeliveryQueue,
    private readonly onFatal: WebhooksOptions['onFatal'],
  ) {}

  onApplicationBootstrap(): void {
    this.running = this.dispatcher
      .run(this.stopping.signal)
      .catch((error: unknown) => this.onFatal(error, 'rules.webhooks'));
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    this.queue.close();
    await this.running;
    this.sender.close();
  }
}

/** Follows the ledger's news and posts them to webhooks. Needs a LedgerTransport over {@link WEBHOOK_STREAMS}. */
@Module({})
export class WebhooksModule {
  static register({ key, allow, onFatal, sender }: WebhooksOptions): DynamicModule {
    return {
      module: WebhooksModule,
      controllers: [WebhookStreamsController],
      providers: [
        { provide: WEBHOOK_SENDER, useFactory: () => sender ?? webhookSender({ allow }) },
        { provide: WebhookBook, useFactory: () => new WebhookBook() },
        {
          provide: Checkpoints,
          inject: [EVENT_STORE],
          useFactory: (store: EventStore) => new Checkpoints(store, PLACES_STREAM),
        },
        { provide: DeliveryQueue, inject: [Checkpoints], useFactory: openQueue },
        {
          provide: DeliveryLog,
          inject: [EVENT_STORE],
          useFactory: (store: EventStore) => new DeliveryLog(store, randomUUID),
        },
        {
          provide: WebhookDispatcher,
          inject: [
            WebhookBook,
            DeliveryQueue,
            DeliveryLog,
            WEBHOOK_SENDER,
            EVENT_STORE,
            Checkpoints,
            CLOCK,
            LOGGER,
          ],
          useFactory: dispatcherOf(key),
        },
        { provide: WEBHOOK_STREAMS, inject: [EVENT_STORE, WebhookBook, DeliveryQueue], useFactory: streams },
        {
          provide: WebhooksLoop,
          inject: [WebhookDispatcher, WEBHOOK_SENDER, DeliveryQueue, Metrics],
          useFactory: (
            dispatcher: WebhookDispatcher,
            posts: WebhookSender,
            queue: DeliveryQueue,
            metrics: Metrics,
          ) => {
            metrics.gauge(
              'flightdeck_webhooks_waiting',
              'Deliveries that wait to be posted.',
              () => queue.depth,
            );
            return new WebhooksLoop(dispatcher, posts, queue, onFatal);
          },
        },
      ],
      exports: [WEBHOOK_STREAMS],
    };
  }
}

async function openQueue(saved: Checkpoints): Promise<DeliveryQueue> {
  const last = await saved.load();
  return new DeliveryQueue(last === 'start' ? BEGINNING : (JSON.parse(last) as Places));
}

function dispatcherOf(
  key: Uint8Array,
): (
  book: WebhookBook,
  queue: DeliveryQueue,
  log: DeliveryLog,
  sender: WebhookSender,
  store: EventStore,
  places: Checkpoints,
  clock: Clock,
  logger: Logger,
) => WebhookDispatcher {
  return (book, queue, log, sender, store, places, clock, logger) => {
    const onError = (error: unknown): void =>
      logger.warn(
        { err: error },
        'A webhook could not be posted to or its outcome not recorded; it is tried again.',
      );
    const deps = { book, queue, log, sender, store, places, key, clock, random: Math.random, onError };
    return new WebhookDispatcher(deps);
  };
}

function streams(store: EventStore, book: WebhookBook, queue: DeliveryQueue): readonly BatchSource[] {
  return [
    {
      pattern: WEBHOOK_PATTERNS.book,
      open: (signal) => store.follow({ stream: STREAM.webhooks }, book.position, signal),
    },
    {
      pattern: WEBHOOK_PATTERNS.outcomes,
      open: (signal) => store.follow({ prefix: PREFIX.delivery }, queue.outcomesPosition, signal),
    },
    ...TOLD_PREFIXES.map((prefix) => ({
      pattern: WEBHOOK_PATTERNS[prefix],
      open: (signal: AbortSignal) => store.follow({ prefix: PREFIX[prefix] }, queue.position(prefix), signal),
    })),
  ];
}
