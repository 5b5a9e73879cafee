import {
  decodeJson,
  ledgerEventPageSchema,
  ledgerEventsQuerySchema,
  STREAM,
  type LedgerEventPageResponse,
  type LedgerEventsQuery,
} from '@flightdeck/contracts';
import { formatInstant } from '@flightdeck/domain';
import { EVENT_STORE, type EventStore, type StoredEvent } from '@flightdeck/event-store';
import { headAsOf, partitionOf } from '@flightdeck/ledger';
import { Booked, Permission } from '@flightdeck/platform';
import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { API_OPTIONS, type ApiOptions } from '../api-options.js';
import { Answers } from '../http/answers.js';

/** Events of a partition looked at for one page of a campaign. */
const SCANNED_MAX = 20_000;

/** The ledger's own events, word for word as they were stored. */
@ApiTags('audit')
@Controller('v1/audit/events')
export class LedgerEventsController {
  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
  ) {}

  /** One stream, or the ad events of one campaign. */
  @Permission('audit:read')
  @Booked('audit-read')
  @Answers(200, ledgerEventPageSchema)
  @Get()
  async list(
    @Query({ schema: ledgerEventsQuerySchema }) query: LedgerEventsQuery,
  ): Promise<LedgerEventPageResponse> {
    const { campaignId, order, limit } = query;
    const stream = query.stream ?? STREAM.ads(partitionOf(campaignId ?? '', this.options.partitions));
    const from = await this.placeOf(stream, query);
    if (from === undefined) return { stream, items: [], next: null };
    const max = campaignId === undefined ? limit : SCANNED_MAX;
    const items: LedgerEventPageResponse['items'] = [];
    let last: StoredEvent | undefined;
    let seen = 0;
    for await (const stored of this.store.read(stream, from, { direction: order, max })) {
      last = stored;
      seen += 1;
      const event = eventResponse(stored);
      if (campaignId === undefined || isOf(event.data, campaignId)) items.push(event);
      if (items.length === limit) break;
    }
    return {
      stream,
      items,
      next: last === undefined || (seen < max && items.length < limit) ? null : after(last, order),
    };
  }

  /** Where the page begins; undefined when nothing was recorded on that side of the time asked for. */
  private async placeOf(
    stream: string,
    { from, at, order }: LedgerEventsQuery,
  ): Promise<number | 'start' | 'end' | undefined> {
    if (at === undefined) return from ?? (order === 'forwards' ? 'start' : 'end');
    const atMs = Date.parse(at);
    if (order === 'forwards') return (await headAsOf(this.store, stream, { atMs: atMs - 1 })) + 1;
    const head = await headAsOf(this.store, stream, { atMs });
    return head < 0 ? undefined : head;
  }
}

function eventResponse(stored: StoredEvent): LedgerEventPageResponse['items'][number] {
  const { stream, revision, id, type, data, metadata, recordedAtMs } = stored;
  return {
    ...{ stream, revision, id, type, recordedAt: formatInstant(recordedAtMs) },
    ...{ data: readable(data), metadata: readable(metadata) },
  };
}

/** What is no JSON is told as base64, for nothing of the ledger is kept from an auditor. */
function readable(bytes: Uint8Array): unknown {
  if (bytes.length === 0) return null;
  try {
    return decodeJson(bytes);
  } catch {
    return { base64: Buffer.from(bytes).toString('base64') };
  }
}

function isOf(data: unknown, campaignId: string): boolean {
  return typeof data === 'object' && data !== null && 'campaignId' in data && data.campaignId === campaignId;
}

function after({ revision }: StoredEvent, order: LedgerEventsQuery['order']): number | null {
  if (order === 'forwards') return revision + 1;
  return revision === 0 ? null : revision - 1;
}
