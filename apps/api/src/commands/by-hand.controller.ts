import {
  byHandSchema,
  commandIdOf,
  commandSchema,
  explanationSchema,
  idSchema,
  STREAM,
  type ByHandRequest,
  type CommandResponse,
  type ExplanationResponse,
} from '@flightdeck/contracts';
import { byHandName, command as decider, type ByHand, type ProposedCommand } from '@flightdeck/domain';
import { EVENT_STORE, type EventStore } from '@flightdeck/event-store';
import {
  Caller,
  CLOCK,
  Idempotent,
  Permission,
  ProblemException,
  type Clock,
  type Principal,
} from '@flightdeck/platform';
import { Body, Controller, Get, Inject, Param, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { COMMANDS_FOLD, type RunningFold } from '../follow/running-fold.js';
import { Answers, TakesIdempotencyKey } from '../http/answers.js';
import { decide } from '../http/decide.js';
import { Ordering } from '../http/ordering.js';
import { rejectionProblem, staleProblem } from '../http/rejection.js';
import { redriveOf, undoOf } from './by-hand.js';
import { commandResponse } from './command-dto.js';
import { COMMAND_INDEX, type CommandIndex, type CommandRow } from './command-index.js';
import { explain } from './explanation.js';

const ID = { schema: idSchema };

/** Why a command was issued, and a person's word on it: once more, or back. */
@ApiTags('commands')
@Controller('v1/commands')
export class CommandsByHandController {
  constructor(
    @Inject(COMMAND_INDEX) private readonly index: CommandIndex,
    @Inject(COMMANDS_FOLD) private readonly fold: RunningFold,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(Ordering) private readonly ordering: Ordering,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The facts, the rule's revision, each condition and guard, and the same decision made once more from the record. */
  @Permission('commands:read')
  @Answers(200, explanationSchema)
  @Get(':commandId/explanation')
  async explanation(@Param('commandId', ID) commandId: string): Promise<ExplanationResponse> {
    const { campaignId } = this.known(commandId).detail;
    const explained = await explain(this.store, campaignId, commandId);
    if (explained === undefined) throw new Error('A command of the index is not in the ledger.');
    return explained;
  }

  /** Issues the inverse command: a pause is resumed, a budget goes back to what it was. Once for each command. */
  @Permission('commands:order')
  @Idempotent()
  @TakesIdempotencyKey()
  @Answers(201, commandSchema)
  @Post(':commandId/undo')
  undo(
    @Param('commandId', ID) commandId: string,
    @Body({ schema: byHandSchema.optional() }) body: ByHandRequest | undefined,
    @Caller() caller: Principal,
    @Req() request: FastifyRequest,
  ): Promise<CommandResponse> {
    const { detail } = this.known(commandId);
    const byHand: ByHand = { kind: 'undo', commandId, ...by(caller, body) };
    const proposed = undoOf(detail, byHand, this.clock());
    if (proposed === undefined) throw rejectionProblem({ code: 'NothingToUndo' });
    return this.issue(proposed, byHand, caller, request);
  }

  /** Issues a command again that failed, expired or was rejected. Once for each command. */
  @Permission('commands:order')
  @Idempotent()
  @TakesIdempotencyKey()
  @Answers(201, commandSchema)
  @Post(':commandId/redrive')
  redrive(
    @Param('commandId', ID) commandId: string,
    @Body({ schema: byHandSchema.optional() }) body: ByHandRequest | undefined,
    @Caller() caller: Principal,
    @Req() request: FastifyRequest,
  ): Promise<CommandResponse> {
    const { detail } = this.known(commandId);
    const byHand: ByHand = { kind: 'redrive', commandId, ...by(caller, body) };
    return this.issue(redriveOf(detail, byHand, this.clock()), byHand, caller, request);
  }

  private async issue(
    proposed: ProposedCommand,
    byHand: ByHand,
    caller: Principal,
    request: FastifyRequest,
  ): Promise<CommandResponse> {
    const stream = STREAM.command(proposed.campaignId);
    const period = `${byHand.kind}:${byHand.commandId}`;
    const { at } = this.ordering.by(caller);
    const command = { type: 'IssueByHand', at, proposed, period, byHand, derive: commandIdOf } as const;
    const done = await decide({
      ...{ store: this.store, stream, decider, command },
      ...{ actor: caller.id, expected: 'any', ...this.ordering.from(request) },
    });
    if (!done.ok)
      throw 'rejection' in done ? rejectionProblem(done.rejection) : staleProblem('any', done.staleAt);
    await this.fold.hasSeen(stream, done.revision);
    return commandResponse(this.known(commandIdOf(byHandName(byHand))));
  }

  private known(commandId: string): CommandRow {
    const row = this.index.get(commandId);
    if (row === undefined) throw new ProblemException(404, 'unknown-command', 'There is no such command.');
    return row;
  }
}

function by(
  caller: Principal,
  body: ByHandRequest | undefined,
): { readonly actor: string; readonly reason?: string } {
  return body?.reason === undefined ? { actor: caller.id } : { actor: caller.id, reason: body.reason };
}
