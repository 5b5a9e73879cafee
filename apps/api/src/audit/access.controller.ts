import {
  ACCESS_AUDIT_STREAM,
  accessPageSchema,
  accessQuerySchema,
  decodeJson,
  type AccessBooked,
  type AccessQuery,
  type AccessResponse,
} from '@flightdeck/contracts';
import { EVENT_STORE, type EventStore, type StoredEvent } from '@flightdeck/event-store';
import { Booked, decodeCursor, encodeCursor, Permission } from '@flightdeck/platform';
import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Answers } from '../http/answers.js';

/** Booked accesses looked at for one page; with a filter, a page can be short and still have a next one. */
const SCANNED_MAX = 5_000;

@ApiTags('audit')
@Controller('v1/audit/access')
export class AccessController {
  constructor(@Inject(EVENT_STORE) private readonly store: EventStore) {}

  /** Who was let through to what, newest first. This read is booked too. */
  @Permission('audit:read')
  @Booked('audit-read')
  @Answers(200, accessPageSchema)
  @Get()
  async list(
    @Query({ schema: accessQuerySchema }) query: AccessQuery,
  ): Promise<{ items: AccessResponse[]; next: string | null }> {
    const from = query.cursor === undefined ? 'end' : decodeCursor(query.cursor, revisionOf);
    const items: AccessResponse[] = [];
    let oldest = 0;
    const options = { direction: 'backwards', max: SCANNED_MAX } as const;
    for await (const stored of this.store.read(ACCESS_AUDIT_STREAM, from, options)) {
      const access = accessResponse(stored);
      oldest = stored.revision;
      if (isAskedFor(access, query)) items.push(access);
      if (items.length === query.limit) break;
    }
    return { items, next: oldest === 0 ? null : encodeCursor(oldest - 1) };
  }
}

function accessResponse(stored: StoredEvent): AccessResponse {
  const { action, actor, role, person, route, parameters, correlationId, at } = decodeJson<AccessBooked>(
    stored.data,
  );
  return {
    ...{ revision: stored.revision, action, actor, role, person: person ?? null, route, parameters },
    ...{ correlationId: correlationId ?? null, at },
  };
}

function isAskedFor(access: AccessResponse, { action, actor }: AccessQuery): boolean {
  return (action ?? access.action) === access.action && (actor ?? access.actor) === access.actor;
}

function revisionOf(place: unknown): number | undefined {
  return typeof place === 'number' && Number.isSafeInteger(place) && place >= 0 ? place : undefined;
}
