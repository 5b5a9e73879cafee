import type { Clock } from '@flightdeck/platform';
import type { RecordBatch } from '@flightdeck/sources';
import { IngestBusy } from '../service/admission.js';
import type { IngestService } from '../service/ingest-service.js';
import { recordLines } from './record-lines.js';

const NDJSON = 'application/x-ndjson';
/** Lines and bytes ingested at once; a batch of a source is cut into such parts. */
export const PART_LINES_MAX = 1_000;
const PART_BYTES_MAX = 4 * 1024 * 1024;
/** How often a part is offered again to a pipeline that is full: several minutes. */
const BUSY_MAX = 300;

/** Brings batches of a source through the pipeline that requests go through. Durable when it resolves. */
export class RecordIntake {
  constructor(
    private readonly service: Pick<IngestService, 'ingest'>,
    private readonly clock: Clock,
    private readonly sleep: (ms: number) => Promise<void>,
  ) {}

  /** Every event of the batch is in the ledger, or in quarantine, when it resolves. @throws when it is not known. */
  async take({ source, shardId, records }: RecordBatch): Promise<void> {
    let part: string[] = [];
    let bytes = 0;
    let position = records[0]?.position ?? shardId;
    for (const record of records) {
      for (const line of recordLines(record)) {
        const size = Buffer.byteLength(line) + 1;
        if (part.length > 0 && (part.length >= PART_LINES_MAX || bytes + size > PART_BYTES_MAX)) {
          await this.ingest(part, source, position);
          part = [];
          bytes = 0;
          ({ position } = record);
        }
        part.push(line);
        bytes += size;
      }
    }
    if (part.length > 0) await this.ingest(part, source, position);
  }

  private async ingest(lines: readonly string[], source: string, position: string): Promise<void> {
    for (let offer = 1; ; offer += 1) {
      try {
        const outcome = await this.service.ingest({
          body: Buffer.from(lines.join('\n')),
          contentType: NDJSON,
          context: { receivedAtMs: this.clock(), source, position },
          results: false,
        });
        if (outcome.ok) return;
        throw new Error(`The pipeline refused records at ${position}: ${outcome.refusal.code}.`);
      } catch (error) {
        if (!(error instanceof IngestBusy) || offer >= BUSY_MAX) throw error;
        await this.sleep(error.retryAfterMs);
      }
    }
  }
}
