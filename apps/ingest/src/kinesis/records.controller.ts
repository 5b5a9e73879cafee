import { RethrowFilter } from '@flightdeck/platform';
import type { RecordBatch } from '@flightdeck/sources';
import { Controller, Inject, UseFilters } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { RECORDS } from './kinesis-transport.js';
import { RecordIntake } from './record-intake.js';

/** What a source hands over goes into the ledger; the source writes down how far it came once this has resolved. */
@Controller()
@UseFilters(RethrowFilter)
export class RecordsController {
  constructor(@Inject(RecordIntake) private readonly intake: RecordIntake) {}

  @EventPattern(RECORDS)
  take(@Payload() batch: RecordBatch): Promise<void> {
    return this.intake.take(batch);
  }
}
