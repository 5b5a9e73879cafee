import {
  acknowledgeSchema,
  commandPageSchema,
  commandSchema,
  commandsQuerySchema,
  idSchema,
  STREAM,
  type AcknowledgeRequest,
  type CommandResponse,
  type CommandsQuery,
} from '@flightdeck/contracts';
import { command as decider } from '@flightdeck/domain';
import { EVENT_STORE, type EventStore } from '@flightdeck/event-store';
import {
  Booked,
  Caller,
  decodeCursor,
  encodeCursor,
  Idempotent,
  Permission,
  ProblemException,
  type Principal,
} from '@flightdeck/platform';
import { Body, Controller, Get, Inject, Param, Post, Query, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { COMMANDS_FOLD, type RunningFold } from '../follow/running-fold.js';
import { Answers, TakesIdempotencyKey } from '../http/answers.js';
import { decide } from '../http/decide.js';
import { Ordering } from '../http/ordering.js';
import { rejectionProblem, staleProblem } from '../http/rejection.js';
import { commandResponse } from './command-dto.js';
import { COMMAND_INDEX, type CommandIndex, type CommandRow } from './command-index.js';

const ID = { schema: idSchema };

@ApiTags('commands')
@Controller('v1/commands')
export class CommandsController {
  constructor(
    @Inject(COMMAND_INDEX) private readonly index: CommandIndex,
    @Inject(COMMANDS_FOLD) private readonly fold: RunningFold,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(Ordering) private readonly ordering: Ordering,
  ) {}

  /** Newest first. A page can be short, or empty, and still have a next one, when few of a campaign's commands are in a state. */
  @Permission('commands:read')
  @Booked('cross-campaign-read', { unlessQuery: 'campaignId', oncePerMinute: true })
  @Answers(200, commandPageSchema)
  @Get()
  list(@Query({ schema: commandsQuerySchema }) query: CommandsQuery): {
    items: CommandResponse[];
    next: string | null;
  } {
    const { campaignId, ruleId, state, unacknowledged, after, limit } = query;
    const { items, next } = this.index.list({
      max: limit,
      ...(campaignId === undefined ? {} : { campaignId }),
      ...(ruleId === undefined ? {} : { ruleId }),
      ...(state === undefined ? {} : { state }),
      ...(unacknowledged === undefined ? {} : { unacknowledged: true }),
      ...(after === undefined ? {} : { before: decodeCursor(after, orderOf) }),
    });
    return { items: items.map(commandResponse), next: next === null ? null : encodeCursor(next) };
  }

  @Permission('commands:read')
  @Answers(200, commandSchema)
  @Get(':commandId')
  read(@Param('commandId', ID) commandId: string): CommandResponse {
    return commandResponse(this.known(commandId));
  }

  /** What the campaign system did with a command. The same outcome again changes nothing; another one is refused. */
  @Permission('commands:acknowledge')
  @Idempotent()
  @TakesIdempotencyKey()
  @Answers(200, commandSchema)
  @Post(':commandId/ack')
  async acknowledge(
    @Param('commandId', ID) commandId: string,
    @Body({ schema: acknowledgeSchema }) { outcome, detail }: AcknowledgeRequest,
    @Caller() caller: Principal,
    @Req() request: FastifyRequest,
  ): Promise<CommandResponse> {
    const row = this.known(commandId);
    const stream = STREAM.command(row.detail.campaignId);
    const { idempotencyKey } = this.ordering.from(request);
    const command = {
      type: 'AcknowledgeCommand',
      ...{ commandId, outcome, ...this.ordering.by(caller) },
      ...(detail === undefined ? {} : { detail }),
    } as const;
    if (row.acknowledgement?.outcome === outcome) return commandResponse(row);
    const done = await decide({
      ...{ store: this.store, stream, decider, command },
      ...{ actor: caller.id, expected: 'any', idempotencyKey },
    });
    if (!done.ok)
      throw 'rejection' in done ? rejectionProblem(done.rejection) : staleProblem('any', done.staleAt);
    await this.fold.hasSeen(stream, done.revision);
    return commandResponse(this.known(commandId));
  }

  private known(commandId: string): CommandRow {
    const row = this.index.get(commandId);
    if (row === undefined) throw new ProblemException(404, 'unknown-command', 'There is no such command.');
    return row;
  }
}

function orderOf(place: unknown): number | undefined {
  return typeof place === 'number' && Number.isSafeInteger(place) && place >= 0 ? place : undefined;
}
