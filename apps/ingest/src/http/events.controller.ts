import { Body, Controller, Headers, HttpCode, Inject, Post, Query, Req, Res } from '@nestjs/common';
import { parseInstant } from '@flightdeck/domain';
import {
  Caller,
  CLOCK,
  idempotencyKeyOf,
  Permission,
  ProblemException,
  type Clock,
  type Principal,
} from '@flightdeck/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { COLLECTOR, type Collector } from '../collect/collector.js';
import { HTTP_SOURCE, type RequestContext } from '../prepare/settings.js';
import type { IngestAnswer } from '../service/ingest-service.js';
import { ingestProblem } from './ingest-problem.js';

const BACKFILL = 'events:backfill';
const ACCEPTED = 202;
/** A declared source is the unit of a watermark; `http` and the streams keep their own. */
const DECLARED_SOURCE = /^import:[a-z0-9][a-z0-9-]{0,31}$/;

/** What `POST /v1/events` takes in its query. */
interface EventsQuery {
  readonly results?: string;
  readonly acceptFrom?: string;
  readonly source?: string;
}

@Controller('v1/events')
export class EventsController {
  constructor(
    @Inject(COLLECTOR) private readonly collector: Collector,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Takes ad events in any of the accepted forms; answers once they are durable: 202 when that is in a stream, before the ledger. */
  @Permission('events:send')
  @Post()
  @HttpCode(200)
  async send(
    @Body() body: unknown,
    @Headers('content-type') contentType: string | undefined,
    @Query() query: EventsQuery,
    @Caller() caller: Principal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<IngestAnswer> {
    if (!(body instanceof Uint8Array))
      throw new ProblemException(415, 'unsupported-media-type', 'The request has no body.');
    const context = this.contextOf(query, caller, request);
    try {
      const outcome = await this.collector.ingest({
        body,
        contentType,
        context,
        results: resultsWanted(query.results),
      });
      if (outcome.ok) {
        if (outcome.isUnderWay === true) void reply.status(ACCEPTED);
        return outcome.answer;
      }
      const { status, code, detail } = outcome.refusal;
      throw new ProblemException(status, code, detail);
    } catch (error) {
      throw ingestProblem(error);
    }
  }

  private contextOf(query: EventsQuery, caller: Principal, request: FastifyRequest): RequestContext {
    const key = idempotencyKeyOf(request);
    const acceptFromMs = acceptFrom(query.acceptFrom);
    if (acceptFromMs !== undefined || query.source !== undefined) mayBackfill(caller);
    return {
      receivedAtMs: this.clock(),
      source: declaredSource(query.source),
      correlationId: request.id,
      ...(key === undefined ? {} : { position: `key:${key}` }),
      ...(acceptFromMs === undefined ? {} : { acceptFromMs }),
    };
  }
}

function resultsWanted(results: string | undefined): boolean {
  if (results === undefined) return false;
  if (results === 'all') return true;
  throw new ProblemException(400, 'validation', 'The parameter results takes "all".');
}

function acceptFrom(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const ms = typeof text === 'string' ? parseInstant(text) : undefined;
  if (ms === undefined)
    throw new ProblemException(400, 'validation', 'The parameter acceptFrom takes an RFC 3339 date-time.');
  return ms;
}

function declaredSource(source: string | undefined): string {
  if (source === undefined) return HTTP_SOURCE;
  if (typeof source === 'string' && DECLARED_SOURCE.test(source)) return source;
  throw new ProblemException(
    400,
    'validation',
    'The parameter source takes "import:" and a name in small letters.',
  );
}

function mayBackfill(caller: Principal): void {
  if (caller.permissions.includes(BACKFILL)) return;
  throw new ProblemException(
    403,
    'forbidden',
    'A declared backfill needs a permission that the token does not grant.',
    {
      members: { permission: BACKFILL },
    },
  );
}
