import {
  approveRuleSchema,
  definitionHash,
  idSchema,
  reasonBodySchema,
  ruleSchema,
  submitRuleSchema,
  type ApproveRuleRequest,
  type ReasonRequest,
  type RuleResponse,
  type SubmitRuleRequest,
} from '@flightdeck/contracts';
import { Booked, Caller, Idempotent, IfMatch, Permission, type Principal } from '@flightdeck/platform';
import { Body, Controller, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Answers, NeedsIfMatch, TakesIdempotencyKey } from '../http/answers.js';
import { Ordering } from '../http/ordering.js';
import { RuleDesk } from './rule-desk.js';

const ID = { schema: idSchema };

/** Four eyes: what one person submits, another approves or rejects. */
@ApiTags('rules')
@Controller('v1/rules')
export class RuleApprovalController {
  constructor(
    @Inject(RuleDesk) private readonly desk: RuleDesk,
    @Inject(Ordering) private readonly ordering: Ordering,
  ) {}

  /** Asks for approval of the definition as it is now, to act or to be watched in shadow mode. */
  @Permission('rules:write')
  @Idempotent()
  @TakesIdempotencyKey()
  @NeedsIfMatch()
  @Answers(200, ruleSchema)
  @Post(':ruleId/submit')
  submit(
    @Param('ruleId', ID) ruleId: string,
    @Body({ schema: submitRuleSchema.optional() }) body: SubmitRuleRequest | undefined,
    @IfMatch() expected: number | 'any',
    @Caller() caller: Principal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RuleResponse> {
    const { wanted = 'active', reason } = body ?? {};
    const command = {
      type: 'SubmitRule',
      ...{ ruleId, wanted, hashOf: definitionHash },
      ...this.ordering.signed(caller, reason),
    } as const;
    return this.desk.change(command, expected, request, reply);
  }

  /** The revision that the approver has read becomes what was asked for. Another person than its author and its submitter. */
  @Permission('rules:approve')
  @Booked('approval', { body: ['reason'] })
  @Idempotent()
  @TakesIdempotencyKey()
  @Answers(200, ruleSchema)
  @Post(':ruleId/approve')
  approve(
    @Param('ruleId', ID) ruleId: string,
    @Body({ schema: approveRuleSchema }) { revision, reason }: ApproveRuleRequest,
    @Caller() caller: Principal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RuleResponse> {
    const command = {
      type: 'ApproveRule',
      ...{ ruleId, revision, hashOf: definitionHash },
      ...this.ordering.signed(caller, reason),
    } as const;
    return this.desk.change(command, 'any', request, reply);
  }

  /** Back to a draft, with why. */
  @Permission('rules:approve')
  @Booked('approval', { body: ['reason'] })
  @Idempotent()
  @TakesIdempotencyKey()
  @Answers(200, ruleSchema)
  @Post(':ruleId/reject')
  reject(
    @Param('ruleId', ID) ruleId: string,
    @Body({ schema: reasonBodySchema.optional() }) body: ReasonRequest | undefined,
    @Caller() caller: Principal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RuleResponse> {
    const command = { type: 'RejectRule', ruleId, ...this.ordering.signed(caller, body?.reason) } as const;
    return this.desk.change(command, 'any', request, reply);
  }
}
