import type { Batch } from '@flightdeck/event-store';
import { RethrowFilter } from '@flightdeck/platform';
import { Controller, Inject, UseFilters } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { Acknowledged } from './dispatch/outbox.js';
import { Outbox } from './dispatch/outbox.js';
import { OUTBOX_PATTERN, REACT, RULE_BOOK_PATTERN, type React } from './tokens.js';
import { RuleBook } from './rule-book/rule-book.js';

/** What the ledger hands to the rules, batch by batch. A batch counts as seen once its handler has resolved. */
@Controller()
@UseFilters(RethrowFilter)
export class StreamsController {
  constructor(
    @Inject(RuleBook) private readonly book: RuleBook,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(REACT) private readonly react: React,
  ) {}

  @EventPattern(RULE_BOOK_PATTERN)
  rules(@Payload() batch: Batch): void {
    this.book.fold(batch);
  }

  @EventPattern(OUTBOX_PATTERN)
  async commands(@Payload() batch: Batch): Promise<void> {
    const acknowledged = this.outbox.fold(batch);
    await Promise.all(byCampaign(acknowledged).map((ofCampaign) => this.reactInOrder(ofCampaign)));
    this.outbox.settle(batch, acknowledged);
  }

  private async reactInOrder(acknowledged: readonly Acknowledged[]): Promise<void> {
    for (const one of acknowledged) await this.react(one);
  }
}

function byCampaign(acknowledged: readonly Acknowledged[]): readonly (readonly Acknowledged[])[] {
  const groups = new Map<string, Acknowledged[]>();
  for (const one of acknowledged) {
    const group = groups.get(one.campaignId);
    if (group === undefined) groups.set(one.campaignId, [one]);
    else group.push(one);
  }
  return [...groups.values()];
}
