import { createHash } from 'node:crypto';
import { derivedEventId } from '@flightdeck/ledger';
import { SinkBusy, SinkUnavailable, type OutgoingRecord, type RecordSink } from '@flightdeck/sources';
import { HTTP_SOURCE, type RequestContext } from '../prepare/settings.js';
import { isPlainObject } from '../parse/plain-object.js';
import { parseRequest } from '../parse/parse-request.js';
import { refuseRequest, type ParsedRequest } from '../parse/parsed-request.js';
import { IngestBusy } from '../service/admission.js';
import { IngestUnavailable, type IngestOutcome, type IngestRequest } from '../service/ingest-service.js';
import type { Collector } from './collector.js';

/** What a stream takes as a partition key. */
const PARTITION_KEY_LENGTH_MAX = 256;

/**
 * Puts events into a stream, one record each and all of a campaign into one shard; consumers bring them into the ledger. An event
 * without an id gets here the one that it would get in the ledger, so that a body sent again is the same events again. Nothing is
 * judged: what cannot be read goes on as it is, and is put into quarantine where the ledger is.
 */
export class StreamCollector implements Collector {
  constructor(
    private readonly sink: RecordSink,
    /** Declared backfills pass the stream by: their events are older than a consumer takes. */
    private readonly ledger: Collector,
  ) {}

  /** @throws {IngestBusy} before anything is put; {IngestUnavailable} when some of it could not be put. */
  async ingest(request: IngestRequest): Promise<IngestOutcome> {
    const { context } = request;
    if (context.acceptFromMs !== undefined || context.source !== HTTP_SOURCE || request.frames !== undefined)
      return this.ledger.ingest(request);
    const parsed = parseRequest(request.body, request.contentType);
    if (!parsed.ok) return parsed;
    const { records, eventIds } = outgoing(parsed.request, context);
    const largest = records.find(
      ({ data, partitionKey }) => data.length + 4 * partitionKey.length > this.sink.recordBytesMax,
    );
    if (largest !== undefined)
      return refuseRequest(
        413,
        'body-too-large',
        `An event takes at most ${this.sink.recordBytesMax} bytes.`,
      );
    await this.put(records);
    const results = eventIds.map((eventId, index) => ({
      ...{ index, status: 'accepted' as const },
      ...(eventId === undefined ? {} : { eventId }),
    }));
    const answer = { accepted: records.length, duplicates: 0, quarantined: 0 };
    return { ok: true, isUnderWay: true, answer: request.results ? { ...answer, results } : answer };
  }

  private async put(records: readonly OutgoingRecord[]): Promise<void> {
    try {
      await this.sink.put(records);
    } catch (error) {
      if (error instanceof SinkBusy) throw new IngestBusy(error.retryAfterMs);
      if (error instanceof SinkUnavailable) throw new IngestUnavailable(error.message, { cause: error });
      throw error;
    }
  }
}

function outgoing(
  request: ParsedRequest,
  context: RequestContext,
): { readonly records: readonly OutgoingRecord[]; readonly eventIds: readonly (string | undefined)[] } {
  const origin = context.position ?? `body:${createHash('sha256').update(request.bytes).digest('hex')}`;
  const records: OutgoingRecord[] = [];
  const eventIds: (string | undefined)[] = [];
  request.values.forEach((value, ordinal) => {
    const bytes = request.bytes.subarray(request.spans[2 * ordinal], request.spans[2 * ordinal + 1]);
    const partitionKey = partitionKeyOf(value, ordinal);
    if (request.refusals.has(ordinal) || !isPlainObject(value)) {
      records.push({ partitionKey, data: bytes });
      eventIds.push(undefined);
      return;
    }
    const eventId = value['eventId'] ?? derivedEventId(`${origin}#${ordinal}`);
    const isAsItCame = request.areEnvelopes !== true && value['eventId'] !== undefined;
    records.push({
      partitionKey,
      data: isAsItCame ? bytes : Buffer.from(JSON.stringify({ ...value, eventId })),
    });
    eventIds.push(typeof eventId === 'string' ? eventId : undefined);
  });
  return { records, eventIds };
}

/** What names no campaign is spread by its place. */
function partitionKeyOf(value: unknown, ordinal: number): string {
  const campaignId = isPlainObject(value) ? value['campaignId'] : undefined;
  if (typeof campaignId !== 'string' || campaignId === '') return `unreadable-${ordinal}`;
  return campaignId.slice(0, PARTITION_KEY_LENGTH_MAX);
}
