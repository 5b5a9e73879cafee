import { Latency } from '@flightdeck/platform';
import {
  LedgerBusy,
  OUTCOME,
  type AdLedger,
  type PartitionOutcome,
  type PreparedEvents,
} from '@flightdeck/ledger';
import type { QuarantineReason } from '@flightdeck/domain';
import type { PipelinePool } from '../pipeline/pipeline-pool.js';
import type { RecordFrames } from '../parse/parse-records.js';
import type { RequestRefusal } from '../parse/parsed-request.js';
import type { Prepared } from '../prepare/prepared.js';
import type { RequestContext } from '../prepare/settings.js';
import { Admission, IngestBusy } from './admission.js';

/** A body to ingest, and where it came from. */
export interface IngestRequest {
  /** Handed over: do not use it afterwards. */
  readonly body: Uint8Array;
  readonly contentType: string | undefined;
  /** The body holds records of a stream, whatever the content type. */
  readonly frames?: RecordFrames;
  readonly context: RequestContext;
  /** Answer what became of each event, not only how many. */
  readonly results: boolean;
}

/** What became of one record, by its place in the request. */
export interface EventResult {
  readonly index: number;
  /** Absent when the record could not be read. */
  readonly eventId?: string;
  readonly status: 'accepted' | 'duplicate' | 'quarantined';
  readonly reason?: QuarantineReason;
  readonly detail?: string;
}

export interface IngestAnswer {
  readonly accepted: number;
  readonly duplicates: number;
  readonly quarantined: number;
  readonly results?: readonly EventResult[];
}

export type IngestOutcome =
  | {
      readonly ok: true;
      readonly answer: IngestAnswer;
      /** Durable in a stream on the way to the ledger; what becomes of each event is decided there. */
      readonly isUnderWay?: true;
    }
  | { readonly ok: false; readonly refusal: RequestRefusal };

/** Something of the request may have been written, and something not: the same request sent again completes it. */
export class IngestUnavailable extends Error {
  override readonly name = 'IngestUnavailable';
}

/** Takes ad events in: through the pipeline into the ledger or into quarantine. Answers only what is durable. */
export class IngestService {
  /** Requests answered 429, and how long others took from the first byte in hand until durable. */
  readonly stats = { refusedBusy: 0, latency: new Latency() };
  private readonly admission: Admission;

  constructor(
    private readonly pool: PipelinePool,
    private readonly ledger: AdLedger,
  ) {
    this.admission = new Admission(() => ledger.depth());
  }

  /**
   * Ingests one request body, durable when it resolves; sending it again is harmless.
   * @throws {IngestBusy} when too much is under way; {@link IngestUnavailable} when a part could not be written.
   */
  async ingest(request: IngestRequest): Promise<IngestOutcome> {
    const startedMs = performance.now();
    const leave = this.enter(request.body.byteLength);
    try {
      const { body, contentType, frames, context, results } = request;
      const job = { body, contentType, context, eventIds: results };
      const result = await this.pool.run(frames === undefined ? job : { ...job, frames });
      if (!result.ok) return result;
      const outcomes = await this.store(result.prepared, context.acceptFromMs);
      this.stats.latency.record(performance.now() - startedMs);
      return { ok: true, answer: answerOf(result.prepared, outcomes) };
    } catch (error) {
      if (error instanceof IngestBusy) this.stats.refusedBusy += 1;
      throw error;
    } finally {
      leave();
    }
  }

  private enter(bytes: number): () => void {
    try {
      return this.admission.enter(bytes);
    } catch (error) {
      this.stats.refusedBusy += 1;
      throw error;
    }
  }

  /** Requests under way, for metrics. */
  get inFlight(): { readonly requests: number; readonly bytes: number } {
    return this.admission.inFlight;
  }

  private async store(
    prepared: Prepared,
    acceptFromMs: number | undefined,
  ): Promise<readonly PartitionOutcome[]> {
    const options = acceptFromMs === undefined ? undefined : { acceptFromMs };
    const quarantine = prepared.refused.length === 0 ? undefined : this.ledger.quarantine(prepared.refused);
    // Everything settles before anything is answered, so that a failure leaves nothing running behind the caller's back.
    const [appends, [parked]] = await Promise.all([
      Promise.allSettled(prepared.packs.map((pack) => this.ledger.append(pack, options))),
      Promise.allSettled([quarantine]),
    ]);
    const failures = [...appends, parked].flatMap((settled) =>
      settled.status === 'rejected' ? [settled.reason as unknown] : [],
    );
    if (failures.length > 0) throw failureOf(failures);
    return appends.flatMap((settled) => (settled.status === 'fulfilled' ? [settled.value] : []));
  }
}

function failureOf(failures: readonly unknown[]): Error {
  const busy = failures.filter((failure) => failure instanceof LedgerBusy);
  if (busy.length === failures.length)
    return new IngestBusy(Math.max(...busy.map((failure) => failure.retryAfterMs)));
  return new IngestUnavailable('A part of the request could not be written.', {
    cause: new AggregateError(failures),
  });
}

function answerOf(prepared: Prepared, outcomes: readonly PartitionOutcome[]): IngestAnswer {
  let accepted = 0;
  let duplicates = 0;
  let quarantined = prepared.refused.length;
  for (const outcome of outcomes) {
    accepted += outcome.accepted;
    duplicates += outcome.duplicates;
    quarantined += outcome.conflicts;
  }
  const counts = { accepted, duplicates, quarantined };
  return prepared.eventIds === undefined
    ? counts
    : { ...counts, results: resultsOf(prepared, prepared.eventIds, outcomes) };
}

function resultsOf(
  prepared: Prepared,
  eventIds: readonly (string | undefined)[],
  outcomes: readonly PartitionOutcome[],
): readonly EventResult[] {
  const results: EventResult[] = [];
  prepared.packs.forEach((pack, at) => {
    const outcome = outcomes[at];
    if (outcome !== undefined) results.push(...packResults(pack, outcome, eventIds));
  });
  prepared.refused.forEach((record, at) => {
    const { reason, detail } = record;
    results.push({ index: prepared.refusedOrdinals[at] ?? 0, status: 'quarantined', reason, detail });
  });
  return results.sort((left, right) => left.index - right.index);
}

function packResults(
  pack: PreparedEvents,
  outcome: PartitionOutcome,
  eventIds: readonly (string | undefined)[],
): EventResult[] {
  return Array.from(pack.ordinals, (index, at) => {
    const eventId = eventIds[index];
    const identified = { index, ...(eventId === undefined ? {} : { eventId }) };
    const judged = outcome.outcomes[at];
    if (judged === OUTCOME.accepted) return { ...identified, status: 'accepted' };
    if (judged === OUTCOME.duplicate) return { ...identified, status: 'duplicate' };
    return { ...identified, status: 'quarantined', reason: 'id-conflict' };
  });
}
