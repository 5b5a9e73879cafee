import {
  compilePattern,
  parseInstant,
  webhooks,
  type EventPattern,
  type Webhook,
  type WebhookEvent,
  type Webhooks,
} from '@flightdeck/domain';
import type { Batch, Checkpoint } from '@flightdeck/event-store';
import { decodeEvent } from '@flightdeck/ledger';
import { Gate } from '../gate.js';

interface Compiled {
  readonly webhook: Webhook;
  readonly createdAtMs: number;
  readonly fits: EventPattern;
}

/** The webhooks there are, their patterns compiled: a fold of `webhooks`. */
export class WebhookBook {
  private known: Webhooks = webhooks.initial;
  private compiled = new Map<string, Compiled>();
  private folded: Checkpoint = 'start';
  private readonly gate = new Gate();

  fold(batch: Batch): void {
    for (const stored of batch.events)
      this.known = webhooks.evolve(this.known, decodeEvent<WebhookEvent>(stored));
    if (batch.events.length > 0) this.compile();
    this.folded = batch.checkpoint;
    if (batch.caughtUp) this.gate.open();
  }

  get position(): Checkpoint {
    return this.folded;
  }

  caughtUp(): Promise<void> {
    return this.gate.opened;
  }

  get(webhookId: string): Webhook | undefined {
    return this.known.get(webhookId);
  }

  get isEmpty(): boolean {
    return this.compiled.size === 0;
  }

  /** The webhooks that an event of `atMs` is for. One that was created later is not told of the past. */
  toldOf(event: unknown, atMs: number): readonly Webhook[] {
    const told: Webhook[] = [];
    for (const { webhook, createdAtMs, fits } of this.compiled.values())
      if (createdAtMs <= atMs && fits(event)) told.push(webhook);
    return told;
  }

  private compile(): void {
    const compiled = new Map<string, Compiled>();
    for (const webhook of this.known.values()) {
      const before = this.compiled.get(webhook.webhookId);
      const fits = before?.fits ?? compilePattern(webhook.pattern); // a pattern never changes
      compiled.set(webhook.webhookId, { webhook, createdAtMs: parseInstant(webhook.createdAt) ?? 0, fits });
    }
    this.compiled = compiled;
  }
}
