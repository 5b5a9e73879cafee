import { STREAM, uuidv5, uuidBytes } from '@flightdeck/contracts';
import { webhooks, type Webhook, type WebhookCommand, type Webhooks } from '@flightdeck/domain';
import type { EventStore } from '@flightdeck/event-store';
import { foldStream } from '@flightdeck/ledger';
import { webhookSecret } from '@flightdeck/bus';
import { decide } from '../http/decide.js';
import { rejectionProblem, staleProblem } from '../http/rejection.js';

/** Namespace of the ids of webhooks' rotation requests. Fixed for ever. */
const NAMESPACE = uuidBytes('5d2f3c0a-8e61-5b7c-a0f4-1c9be27d6a35');

/** The webhooks as the ledger has them. They are few and change seldom, so they are read where they are, never cached. */
export class WebhookDesk {
  constructor(
    private readonly store: EventStore,
    private readonly key: Uint8Array,
  ) {}

  all(): Promise<Webhooks> {
    return foldStream(this.store, STREAM.webhooks, webhooks);
  }

  /** @throws {ProblemException} 404 when there is none of that id. */
  async get(webhookId: string): Promise<Webhook> {
    const webhook = (await this.all()).get(webhookId);
    if (webhook === undefined) throw rejectionProblem({ code: 'NoSuchWebhook' });
    return webhook;
  }

  /** The webhooks after the change, and whether it changed anything. */
  async change(
    command: WebhookCommand,
    idempotencyKey: string | undefined,
  ): Promise<{ readonly known: Webhooks; readonly changed: boolean }> {
    const done = await decide({
      ...{ store: this.store, stream: STREAM.webhooks, decider: webhooks, command },
      ...{ actor: command.actor, expected: 'any', idempotencyKey: ofKind(command, idempotencyKey) },
    });
    if (done.ok) return { known: done.state, changed: done.changed };
    throw 'rejection' in done ? rejectionProblem(done.rejection) : staleProblem('any', done.staleAt);
  }

  secret({ webhookId, generation }: Webhook): string {
    return webhookSecret(this.key, webhookId, generation);
  }
}

/** One stream holds every kind of change, so a caller's key must name the kind too. */
function ofKind({ type }: WebhookCommand, idempotencyKey: string | undefined): string | undefined {
  return idempotencyKey === undefined ? undefined : uuidv5(NAMESPACE, `${type} ${idempotencyKey}`);
}
