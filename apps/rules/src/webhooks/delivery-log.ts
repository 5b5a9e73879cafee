import { encodeJson, STREAM } from '@flightdeck/contracts';
import type { DeliveryEvent } from '@flightdeck/domain';
import type { EventStore, Revision } from '@flightdeck/event-store';
import { appendSurely } from '@flightdeck/ledger';

const ATTEMPTS_MAX = 10;

/** Writes how tries ended into `delivery-<webhookId>`, one after the other, each at the exact head. */
export class DeliveryLog {
  private readonly heads = new Map<string, Revision | 'no-stream'>();
  private readonly lines = new Map<string, Promise<void>>();

  constructor(
    private readonly store: EventStore,
    private readonly newId: () => string,
  ) {}

  /** Durable when it resolves. @throws what the store throws. */
  record(webhookId: string, event: DeliveryEvent): Promise<void> {
    const before = this.lines.get(webhookId) ?? Promise.resolve();
    const now = before.catch(() => undefined).then(() => this.append(webhookId, event));
    this.lines.set(webhookId, now);
    return now;
  }

  private async append(webhookId: string, event: DeliveryEvent): Promise<void> {
    const stream = STREAM.delivery(webhookId);
    const stored = {
      id: this.newId(),
      type: event.type,
      data: encodeJson(event.data),
      metadata: encodeJson({}),
    };
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      const head = this.heads.get(webhookId) ?? (await this.headOf(stream));
      this.heads.delete(webhookId); // unknown while the append is
      const appended = await appendSurely(this.store, stream, [stored], head);
      if (appended.ok) {
        this.heads.set(webhookId, appended.revision);
        return;
      }
    }
    throw new Error(`${stream} kept changing.`);
  }

  private async headOf(stream: string): Promise<Revision | 'no-stream'> {
    for await (const last of this.store.read(stream, 'end', { direction: 'backwards', max: 1 }))
      return last.revision;
    return 'no-stream';
  }
}
