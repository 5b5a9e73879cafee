import {
  createReplaySchema,
  replaySchema,
  replaysSchema,
  uuidSchema,
  type CreateReplayRequest,
  type ReplayResponse,
} from '@flightdeck/contracts';
import {
  Booked,
  Caller,
  Idempotent,
  Permission,
  ProblemException,
  type Principal,
} from '@flightdeck/platform';
import { projectionsNamed } from '@flightdeck/read-models';
import { Body, Controller, Delete, Get, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Answers, TakesIdempotencyKey } from '../http/answers.js';
import { newIdFor } from '../http/decide.js';
import { Ordering } from '../http/ordering.js';
import { ReplayDesk } from './replay-desk.js';

const ID = { schema: uuidSchema };

/** Projections rebuilt from the ledger beside the live system, and held against it row by row. */
@ApiTags('audit')
@Controller('v1/audit/replays')
export class ReplaysController {
  constructor(
    @Inject(ReplayDesk) private readonly desk: ReplayDesk,
    @Inject(Ordering) private readonly ordering: Ordering,
  ) {}

  /** Runs in the background at the lowest priority, one at a time; ask again with GET. */
  @Permission('audit:replay')
  @Booked('replay', { body: ['projection', 'asOf', 'from'] })
  @Idempotent()
  @TakesIdempotencyKey()
  @Answers(202, replaySchema)
  @Post()
  create(
    @Body({ schema: createReplaySchema }) { projection, asOf, from }: CreateReplayRequest,
    @Caller() caller: Principal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): ReplayResponse {
    if (projectionsNamed(projection) === undefined)
      throw new ProblemException(404, 'no-such-projection', `There is no projection ${projection}.`);
    const replayId = newIdFor('replay', this.ordering.from(request).idempotencyKey);
    void reply.header('location', `/v1/audit/replays/${replayId}`);
    const spec = { projection, asOf: asOf ?? null, from: from ?? null };
    return this.desk.jobs.add(replayId, { replayId, ...spec, requestedBy: caller.id }, spec);
  }

  /** Newest first, without their results. */
  @Permission('audit:replay')
  @Booked('audit-read', { oncePerMinute: true })
  @Answers(200, replaysSchema)
  @Get()
  list(): { items: Omit<ReplayResponse, 'result'>[] } {
    return { items: this.desk.jobs.all().map(({ result: _, ...told }) => told) };
  }

  @Permission('audit:replay')
  @Booked('audit-read', { oncePerMinute: true })
  @Answers(200, replaySchema)
  @Get(':replayId')
  read(@Param('replayId', ID) replayId: string): ReplayResponse {
    const told = this.desk.jobs.get(replayId);
    if (told === undefined) throw new ProblemException(404, 'no-such-replay', 'There is no such replay.');
    return told;
  }

  /** Stops it; what is over stays as it is. */
  @Permission('audit:replay')
  @Booked('replay')
  @Answers(204)
  @Delete(':replayId')
  async cancel(@Param('replayId', ID) replayId: string): Promise<void> {
    this.read(replayId);
    await this.desk.jobs.cancel(replayId);
  }
}
