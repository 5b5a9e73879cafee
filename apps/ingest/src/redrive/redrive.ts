import type { Redrive as RedrivePort, RedriveRequest, RedriveResult } from '@flightdeck/contracts';
import type { CampaignDirectory } from '@flightdeck/ledger';
import type { Clock } from '@flightdeck/platform';
import type { QuarantinedRecord } from '@flightdeck/read-models';
import { isPlainObject } from '../parse/plain-object.js';
import { openCloudEvent } from '../parse/cloud-event.js';
import type { EventResult, IngestService } from '../service/ingest-service.js';
import { lateAdjustment } from './late-adjustment.js';

/** Records what came of a redrive, durable when it resolves. */
export type RecordRedrive = (
  record: QuarantinedRecord,
  outcome: 'accepted' | 'duplicate',
  actor: string,
) => Promise<void>;

const SOURCE = 'redrive';
const JSON_TYPE = 'application/json';
const CLOUD_EVENT_TYPE = 'application/cloudevents+json';

/** Sends quarantined records through the pipeline again. Repeating one is harmless: the same record has the same event ids. */
export class Redrive implements RedrivePort {
  constructor(
    private readonly service: IngestService,
    private readonly campaigns: CampaignDirectory,
    private readonly clock: Clock,
    private readonly record: RecordRedrive,
  ) {}

  /** Durable when it resolves, with the record of it. @throws what {@link IngestService.ingest} throws; then try again. */
  async redrive(record: QuarantinedRecord, request: RedriveRequest, actor: string): Promise<RedriveResult> {
    if (record.state === 'redriven') return refuse('already-redriven', 'The record was redriven before.');
    if (record.truncated && request.correctedBytes === undefined) {
      return refuse('not-admissible', 'The record was cut when it was kept: send corrected bytes.');
    }
    const bytes = request.admitAs === 'adjustment' ? this.asAdjustment(record) : bytesOf(record, request);
    if (bytes === undefined) {
      return refuse(
        'not-admissible',
        'Only a too-late event with an id and a currency can be admitted as an adjustment.',
      );
    }
    if (Array.isArray(parsed(bytes))) return refuse('not-admissible', 'A record is one event: send one.');
    const result = await this.ingest(record, bytes);
    const isKnown = request.admitAs === 'adjustment' && result.reason === 'id-conflict';
    const outcome = isKnown ? 'duplicate' : result.status;
    // Refused again, the record stays open: it must not disappear from sight before something came of it.
    if (outcome !== 'quarantined') await this.record(record, outcome, actor);
    const { eventId, reason, detail } = isKnown ? { ...result, reason: undefined } : result;
    return {
      ok: true,
      outcome,
      ...(eventId === undefined ? {} : { eventId }),
      ...(reason === undefined ? {} : { reason }),
      ...(detail === undefined ? {} : { detail }),
    };
  }

  private asAdjustment(record: QuarantinedRecord): Uint8Array | undefined {
    if (record.reason !== 'too-late') return undefined;
    const event = adEventIn(Buffer.from(record.bytesBase64, 'base64'));
    const campaignId = isPlainObject(event) ? event['campaignId'] : undefined;
    const campaign = typeof campaignId === 'string' ? this.campaigns.get(campaignId)?.campaign : undefined;
    const adjustment = lateAdjustment(event, this.clock(), campaign?.currency);
    return adjustment === undefined ? undefined : Buffer.from(JSON.stringify(adjustment));
  }

  private async ingest(record: QuarantinedRecord, bytes: Uint8Array): Promise<EventResult> {
    const outcome = await this.service.ingest({
      body: bytes,
      contentType: contentTypeOf(bytes),
      context: {
        receivedAtMs: this.clock(),
        source: SOURCE,
        position: `quarantine:${record.id}`,
        pseudonymised: true,
      },
      results: true,
    });
    if (!outcome.ok)
      return { index: 0, status: 'quarantined', reason: 'malformed', detail: outcome.refusal.detail };
    const result = outcome.answer.results?.[0];
    if (result === undefined) throw new Error('One JSON object is one record.');
    return result;
  }
}

function refuse(code: 'already-redriven' | 'not-admissible', detail: string): RedriveResult {
  return { ok: false, code, detail };
}

/** A record in conflict was quarantined as the ledger would have stored it: what enrichment added is not the producer's. */
function bytesOf(record: QuarantinedRecord, request: RedriveRequest): Uint8Array {
  const bytes = request.correctedBytes ?? Buffer.from(record.bytesBase64, 'base64');
  const value = record.reason === 'id-conflict' ? parsed(bytes) : undefined;
  if (!isPlainObject(value)) return bytes;
  return Buffer.from(JSON.stringify({ ...value, enriched: undefined }));
}

function adEventIn(bytes: Uint8Array): unknown {
  const value = parsed(bytes);
  if (!isCloudEvent(value)) return value;
  const opened = openCloudEvent(value);
  return 'event' in opened ? opened.event : undefined;
}

function contentTypeOf(bytes: Uint8Array): string {
  return isCloudEvent(parsed(bytes)) ? CLOUD_EVENT_TYPE : JSON_TYPE;
}

function isCloudEvent(value: unknown): boolean {
  return isPlainObject(value) && 'specversion' in value;
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined; // the pipeline says what is wrong with it
  }
}
