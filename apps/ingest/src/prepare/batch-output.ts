import { createHash } from 'node:crypto';
import { formatInstant } from '@flightdeck/domain';
import type { RefusedRecord } from '@flightdeck/ledger';
import type { ParsedRequest, Refusal } from '../parse/parsed-request.js';
import type { PrepareOptions, Profiles } from './prepared.js';
import type { RequestContext } from './settings.js';

/** What is the same for all records of a request, and what is collected of them. */
export class BatchOutput {
  readonly refused: RefusedRecord[] = [];
  readonly refusedOrdinals: number[] = [];
  readonly eventIds: (string | undefined)[] | undefined;
  readonly profiles: Profiles | undefined;
  private readonly receivedAt: string;
  private readonly metadataHead: string;
  private origin: string | undefined;

  constructor(
    private readonly request: ParsedRequest,
    readonly context: RequestContext,
    options: PrepareOptions,
  ) {
    this.profiles = options.profiles;
    this.eventIds =
      options.eventIds === true
        ? new Array<string | undefined>(request.values.length).fill(undefined)
        : undefined;
    this.receivedAt = formatInstant(context.receivedAtMs);
    const { source, correlationId } = context;
    const head = JSON.stringify({
      source,
      receivedAt: this.receivedAt,
      ...(correlationId === undefined ? {} : { correlationId }),
    });
    this.metadataHead = head.slice(0, -1);
    this.origin = context.position;
  }

  /** Whether the records have a place in a source that is told of. */
  private get isPlaced(): boolean {
    return this.context.position !== undefined || this.request.positions !== undefined;
  }

  /** AdEventMetadata as JSON. */
  metadata(ordinal: number, payloadHash: string): string {
    const head = this.metadataHead;
    if (!this.isPlaced) return `${head},"payloadHash":"${payloadHash}"}`;
    return `${head},"position":${JSON.stringify(this.positionOf(ordinal))},"payloadHash":"${payloadHash}"}`;
  }

  /**
   * The place of a record in its source. A request that names none is its own source: the same bytes sent again are the same
   * records, so that a retry is recognised even where the producer gave neither ids nor a key.
   */
  positionOf(ordinal: number): string {
    const own = this.request.positions?.[ordinal];
    if (own !== undefined) return own;
    this.origin ??= `body:${createHash('sha256').update(this.request.bytes).digest('hex')}`;
    return `${this.origin}#${ordinal}`;
  }

  noteEventId(ordinal: number, eventId: string): void {
    if (this.eventIds !== undefined) this.eventIds[ordinal] = eventId;
  }

  refuse(ordinal: number, refusal: Refusal, partition: number, bytes: Uint8Array): void {
    const { source } = this.context;
    this.refusedOrdinals.push(ordinal);
    this.refused.push({
      partition,
      reason: refusal.reason,
      detail: refusal.detail,
      bytes,
      source,
      ...(this.isPlaced ? { position: this.positionOf(ordinal) } : {}),
      receivedAt: this.receivedAt,
    });
  }
}
