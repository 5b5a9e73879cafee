import { Controller, Inject, UseFilters } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { Batch } from '@flightdeck/event-store';
import { RethrowFilter } from '@flightdeck/platform';
import { ADS_SOURCE, QUARANTINE_SOURCE } from '@flightdeck/read-models';
import type { LiveProjection } from './generations/live-projection.js';
import { ProjectorStatus } from './projector-status.js';
import { PROJECTOR } from './projector.tokens.js';

/** Takes the ledger's batches from the LedgerTransport into the projector. */
@Controller()
@UseFilters(RethrowFilter)
export class ProjectorController {
  constructor(
    @Inject(PROJECTOR) private readonly projection: LiveProjection,
    @Inject(ProjectorStatus) private readonly status: ProjectorStatus,
  ) {}

  @EventPattern<typeof ADS_SOURCE>(ADS_SOURCE)
  async ads(@Payload() batch: Batch): Promise<void> {
    await this.projection.fold(ADS_SOURCE, batch);
    const [oldest] = batch.events;
    if (oldest !== undefined) this.status.visible(oldest.recordedAtMs);
  }

  @EventPattern<typeof QUARANTINE_SOURCE>(QUARANTINE_SOURCE)
  async quarantine(@Payload() batch: Batch): Promise<void> {
    await this.projection.fold(QUARANTINE_SOURCE, batch);
  }
}
