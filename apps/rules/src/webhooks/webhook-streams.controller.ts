import { formatInstant } from '@flightdeck/domain';
import type { Batch } from '@flightdeck/event-store';
import { CLOCK, RethrowFilter, type Clock } from '@flightdeck/platform';
import { Controller, Inject, UseFilters } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { DeliveryLog } from './delivery-log.js';
import { DeliveryQueue, WAITING_MAX } from './delivery-queue.js';
import { envelopeOf, type ToldPrefix } from './envelope.js';
import { WEBHOOK_PATTERNS } from './tokens.js';
import { WebhookBook } from './webhook-book.js';

/** What the ledger hands to the webhooks: first which there are, then what became of deliveries, then the news. */
@Controller()
@UseFilters(RethrowFilter)
export class WebhookStreamsController {
  constructor(
    @Inject(WebhookBook) private readonly book: WebhookBook,
    @Inject(DeliveryQueue) private readonly queue: DeliveryQueue,
    @Inject(DeliveryLog) private readonly log: DeliveryLog,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @EventPattern(WEBHOOK_PATTERNS.book)
  webhooks(@Payload() batch: Batch): void {
    this.book.fold(batch);
  }

  @EventPattern(WEBHOOK_PATTERNS.outcomes)
  async outcomes(@Payload() batch: Batch): Promise<void> {
    await this.book.caughtUp();
    this.queue.foldOutcomes(batch, this.clock());
  }

  @EventPattern(WEBHOOK_PATTERNS.command)
  commands(@Payload() batch: Batch): Promise<void> {
    return this.tell('command', batch);
  }

  @EventPattern(WEBHOOK_PATTERNS.decision)
  decisions(@Payload() batch: Batch): Promise<void> {
    return this.tell('decision', batch);
  }

  @EventPattern(WEBHOOK_PATTERNS.rule)
  rules(@Payload() batch: Batch): Promise<void> {
    return this.tell('rule', batch);
  }

  @EventPattern(WEBHOOK_PATTERNS.campaign)
  campaigns(@Payload() batch: Batch): Promise<void> {
    return this.tell('campaign', batch);
  }

  @EventPattern(WEBHOOK_PATTERNS.advertiser)
  advertisers(@Payload() batch: Batch): Promise<void> {
    return this.tell('advertiser', batch);
  }

  private async tell(prefix: ToldPrefix, batch: Batch): Promise<void> {
    await this.queue.outcomesCaughtUp();
    if (this.queue.isClosed) return; // the next start reads it again
    if (!this.book.isEmpty) for (const stored of batch.events) await this.tellOne(prefix, stored);
    this.queue.settle(prefix, batch);
  }

  private async tellOne(prefix: ToldPrefix, stored: Batch['events'][number]): Promise<void> {
    const envelope = envelopeOf(stored);
    if (envelope === undefined) return;
    for (const { webhookId } of this.book.toldOf(envelope, stored.recordedAtMs)) {
      const nowMs = this.clock();
      const tooMany = this.queue.enqueue(webhookId, stored, envelope['detail-type'], prefix, nowMs);
      if (tooMany === undefined) continue;
      const { deliveryId, source, detailType } = tooMany;
      const error = `More than ${WAITING_MAX} deliveries wait for this webhook.`;
      const outcome = {
        deliveryId,
        source,
        detailType,
        at: formatInstant(nowMs),
        attempt: 0,
        status: null,
        error,
      };
      await this.log.record(webhookId, { type: 'DeliveryFailed', data: { ...outcome, nextAt: null } });
    }
  }
}
