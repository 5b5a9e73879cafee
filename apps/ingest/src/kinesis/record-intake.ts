import type { Clock } from '@flightdeck/platform';
import type { RecordBatch, SourceRecord } from '@flightdeck/sources';
import { PipelineUnavailable } from '../pipeline/pipeline-unavailable.js';
import { IngestBusy } from '../service/admission.js';
import { IngestUnavailable, type IngestService } from '../service/ingest-service.js';

/** Records and bytes ingested at once; a batch of a source is cut into such parts. */
export const PART_RECORDS_MAX = 1_000;
const PART_BYTES_MAX = 4 * 1024 * 1024;
/** How often a part is offered again to a pipeline that is full, or to a ledger that does not answer: several minutes. */
export const OFFERS_MAX = 200;
const UNAVAILABLE_FIRST_MS = 50;
const UNAVAILABLE_MAX_MS = 2_000;

export interface IntakeEnvironment {
  readonly clock: Clock;
  readonly sleep: (ms: number) => Promise<void>;
  /** How often a part is offered; {@link OFFERS_MAX} by default. */
  readonly offersMax?: number;
}

/** A part could not be ingested; everything before `position` is durable, and of the part itself anything may be. */
export class IntakeFailed extends Error {
  override readonly name = 'IntakeFailed';
  constructor(
    /** Of the first record that may be missing. */
    readonly position: string,
    readonly part: readonly SourceRecord[],
    cause: unknown,
  ) {
    super(`The records from ${position} on could not be ingested.`, { cause });
  }
}

/** Brings batches of a source through the pipeline that requests go through. */
export class RecordIntake {
  constructor(
    private readonly service: Pick<IngestService, 'ingest'>,
    private readonly environment: IntakeEnvironment,
  ) {}

  /** Every event of the batch is in the ledger, or in quarantine, when it resolves. @throws {IntakeFailed} when it is not known. */
  async take({ source, records }: Pick<RecordBatch, 'source' | 'records'>): Promise<void> {
    for (const part of partsOf(records)) {
      try {
        await this.ingest(part, source);
      } catch (error) {
        throw new IntakeFailed(part[0]?.position ?? '', part, error);
      }
    }
  }

  private async ingest(part: readonly SourceRecord[], source: string): Promise<void> {
    const { clock, sleep, offersMax = OFFERS_MAX } = this.environment;
    for (let offer = 1; ; offer += 1) {
      try {
        const outcome = await this.service.ingest({
          body: Buffer.concat(part.map(({ data }) => data)),
          contentType: undefined,
          frames: { ends: endsOf(part), positions: part.map(({ position }) => position) },
          context: { receivedAtMs: clock(), source },
          results: false,
        });
        if (outcome.ok) return;
        throw new Error(`The pipeline refused records: ${outcome.refusal.code}.`);
      } catch (error) {
        if (offer >= offersMax) throw error;
        await sleep(waitAfter(error, offer));
      }
    }
  }
}

/** How long to wait before the same is offered again, which is harmless. @throws what another offer does not mend. */
function waitAfter(error: unknown, offer: number): number {
  if (error instanceof IngestBusy) return error.retryAfterMs;
  if (error instanceof IngestUnavailable || error instanceof PipelineUnavailable)
    return Math.min(UNAVAILABLE_MAX_MS, UNAVAILABLE_FIRST_MS * 2 ** (offer - 1));
  throw error;
}

function* partsOf(records: readonly SourceRecord[]): Generator<readonly SourceRecord[]> {
  let part: SourceRecord[] = [];
  let bytes = 0;
  for (const record of records) {
    const size = record.data.byteLength;
    if (part.length > 0 && (part.length >= PART_RECORDS_MAX || bytes + size > PART_BYTES_MAX)) {
      yield part;
      part = [];
      bytes = 0;
    }
    part.push(record);
    bytes += size;
  }
  if (part.length > 0) yield part;
}

function endsOf(part: readonly SourceRecord[]): readonly number[] {
  let end = 0;
  return part.map(({ data }) => (end += data.byteLength));
}
