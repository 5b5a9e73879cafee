import { accept, reject, unreachable, type Decider, type Event } from '../kernel/decider.js';

interface By {
  readonly webhookId: string;
  readonly actor: string;
  /** RFC 3339 UTC. */
  readonly at: string;
}

/** Stream `webhooks`. Stored for ever; a secret never is: it is derived from a key of the data directory and the generation. */
export type WebhookEvent =
  | Event<
      'WebhookCreated',
      By & { readonly url: string; readonly pattern: unknown; readonly description: string | null }
    >
  | Event<'WebhookSecretRotated', By & { readonly generation: number }>
  | Event<'WebhookDeleted', By>;

/** Where events that fit a pattern are sent. */
export interface Webhook {
  readonly webhookId: string;
  readonly url: string;
  readonly pattern: unknown;
  readonly description: string | null;
  readonly createdAt: string;
  readonly createdBy: string;
  /** Of its secret, from 1 on. */
  readonly generation: number;
  readonly rotatedAt: string | null;
}

export type Webhooks = ReadonlyMap<string, Webhook>;

export type WebhookCommand =
  | ({
      readonly type: 'CreateWebhook';
      readonly url: string;
      readonly pattern: unknown;
      readonly description: string | null;
    } & By)
  /** `from` is the generation that is replaced, so that a repeated request rotates once. */
  | ({ readonly type: 'RotateSecret'; readonly from: number } & By)
  | ({ readonly type: 'DeleteWebhook' } & By);

export type WebhookRejection = { readonly code: 'TooManyWebhooks' } | { readonly code: 'NoSuchWebhook' };

/** Each costs a pattern on every event and a queue. */
export const WEBHOOKS_MAX = 100;

/** The webhooks there are, by id. What is repeated changes nothing. */
export const webhooks: Decider<WebhookCommand, WebhookEvent, Webhooks, WebhookRejection> = {
  initial: new Map(),

  evolve: (known, event) => {
    const next = new Map(known);
    const { webhookId, at } = event.data;
    const webhook = known.get(webhookId);
    switch (event.type) {
      case 'WebhookCreated': {
        const { url, pattern, description, actor } = event.data;
        const made = { createdAt: at, createdBy: actor, generation: 1, rotatedAt: null };
        next.set(webhookId, { webhookId, url, pattern, description, ...made });
        return next;
      }
      case 'WebhookSecretRotated':
        if (webhook !== undefined)
          next.set(webhookId, { ...webhook, generation: event.data.generation, rotatedAt: at });
        return next;
      case 'WebhookDeleted':
        next.delete(webhookId);
        return next;
      default:
        return unreachable(event);
    }
  },

  decide: (command, known) => {
    const { webhookId, actor, at } = command;
    const webhook = known.get(webhookId);
    switch (command.type) {
      case 'CreateWebhook': {
        if (webhook !== undefined) return accept();
        if (known.size >= WEBHOOKS_MAX) return reject({ code: 'TooManyWebhooks' });
        const { type: _, ...data } = command;
        return accept({ type: 'WebhookCreated', data });
      }
      case 'RotateSecret': {
        if (webhook === undefined) return reject({ code: 'NoSuchWebhook' });
        if (webhook.generation !== command.from) return accept();
        const generation = webhook.generation + 1;
        return accept({ type: 'WebhookSecretRotated', data: { webhookId, generation, actor, at } });
      }
      case 'DeleteWebhook':
        return webhook === undefined
          ? accept()
          : accept({ type: 'WebhookDeleted', data: { webhookId, actor, at } });
      default:
        return unreachable(command);
    }
  },
};
