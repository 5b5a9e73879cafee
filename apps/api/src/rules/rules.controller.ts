import {
  createRuleSchema,
  factsSchema,
  idSchema,
  pageQuerySchema,
  reasonBodySchema,
  reviseRuleSchema,
  ruleHistoryPageSchema,
  rulePageSchema,
  ruleSchema,
  rulesQuerySchema,
  type CreateRuleRequest,
  type FactResponse,
  type PageQuery,
  type ReasonRequest,
  type ReviseRuleRequest,
  type RuleHistoryResponse,
  type RuleItemResponse,
  type RuleResponse,
  type RulesQuery,
} from '@flightdeck/contracts';
import { FACTS, OPERATORS } from '@flightdeck/domain';
import { EVENT_STORE, type EventStore } from '@flightdeck/event-store';
import {
  Caller,
  decodeCursor,
  encodeCursor,
  Idempotent,
  IfMatch,
  Permission,
  ProblemException,
  type Principal,
} from '@flightdeck/platform';
import { Body, Controller, Get, Inject, Param, Post, Put, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { API_OPTIONS, type ApiOptions } from '../api-options.js';
import { Answers, NeedsIfMatch, TakesIdempotencyKey } from '../http/answers.js';
import { COMMAND_INDEX, type CommandIndex } from '../commands/command-index.js';
import { newIdFor } from '../http/decide.js';
import { Ordering } from '../http/ordering.js';
import { ConditionShelf } from '../shared-conditions/condition-shelf.js';
import { definitionFrom, ruleResponse } from './rule-dto.js';
import { RuleDesk } from './rule-desk.js';
import { ruleHistory } from './rule-history.js';
import { RuleShelf } from './rule-shelf.js';

const ID = { schema: idSchema };

@ApiTags('rules')
@Controller('v1')
export class RulesController {
  constructor(
    @Inject(RuleShelf) private readonly shelf: RuleShelf,
    @Inject(RuleDesk) private readonly desk: RuleDesk,
    @Inject(ConditionShelf) private readonly conditions: ConditionShelf,
    @Inject(COMMAND_INDEX) private readonly commands: CommandIndex,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(Ordering) private readonly ordering: Ordering,
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
  ) {}

  /** Every fact that a rule can use. */
  @Permission('rules:read')
  @Answers(200, factsSchema)
  @Get('facts')
  facts(): { items: FactResponse[] } {
    return { items: FACTS_RESPONSE };
  }

  @Permission('rules:write')
  @Idempotent()
  @TakesIdempotencyKey()
  @Answers(201, ruleSchema)
  @Post('rules')
  async create(
    @Body({ schema: createRuleSchema }) body: CreateRuleRequest,
    @Caller() caller: Principal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RuleResponse> {
    const { idempotencyKey } = this.ordering.from(request);
    const ruleId = body.ruleId ?? newIdFor('rule', idempotencyKey);
    const definition = definitionFrom(body, this.conditions.pinned());
    const command = {
      type: 'CreateRule',
      ruleId,
      definition,
      mode: body.mode,
      approvals: this.options.approvals,
      ...this.ordering.signed(caller, body.reason),
    } as const;
    const { rule, changed } = await this.shelf.change(command, 'any', idempotencyKey);
    if (!changed && idempotencyKey === undefined) void reply.status(200);
    void reply.header('location', `/v1/rules/${encodeURIComponent(ruleId)}`);
    return this.desk.tell(rule, reply);
  }

  /** In the order of their ids. */
  @Permission('rules:read')
  @Answers(200, rulePageSchema)
  @Get('rules')
  list(@Query({ schema: rulesQuerySchema }) query: RulesQuery): {
    items: RuleItemResponse[];
    next: string | null;
  } {
    const after =
      query.cursor === undefined
        ? ''
        : decodeCursor(query.cursor, (place) => (typeof place === 'string' ? place : undefined));
    const rules = this.shelf
      .all()
      .filter((rule) => rule.ruleId > after && (query.mode === undefined || rule.mode === query.mode))
      .sort((a, b) => (a.ruleId < b.ruleId ? -1 : 1));
    const page = rules.slice(0, query.limit);
    const last = page.at(-1);
    const isMore = rules.length > page.length && last !== undefined;
    const items = page.map((rule) => ({ ...ruleResponse(rule), lastCommand: this.lastCommand(rule.ruleId) }));
    return { items, next: isMore ? encodeCursor(last.ruleId) : null };
  }

  @Permission('rules:read')
  @Answers(200, ruleSchema)
  @Get('rules/:ruleId')
  async read(
    @Param('ruleId', ID) ruleId: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RuleResponse> {
    const rule = (await this.shelf.current(ruleId)) ?? noSuchRule();
    return this.desk.tell(rule, reply);
  }

  /**
   * The whole definition anew; a disabled rule comes back to life. With `If-Match: *` whatever is there, or nothing yet: the same
   * request again changes nothing, as a tool that keeps rules in files needs it.
   */
  @Permission('rules:write')
  @NeedsIfMatch()
  @Answers(200, ruleSchema)
  @Put('rules/:ruleId')
  async revise(
    @Param('ruleId', ID) ruleId: string,
    @Body({ schema: reviseRuleSchema }) body: ReviseRuleRequest,
    @IfMatch() expected: number | 'any',
    @Caller() caller: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RuleResponse> {
    const definition = definitionFrom(body, this.conditions.pinned());
    const command = {
      type: expected === 'any' ? 'WriteRule' : 'ReviseRule',
      ruleId,
      definition,
      mode: body.mode,
      approvals: this.options.approvals,
      ...this.ordering.signed(caller, body.reason),
    } as const;
    return this.desk.tell((await this.shelf.change(command, expected, undefined)).rule, reply);
  }

  @Permission('rules:write')
  @Idempotent()
  @TakesIdempotencyKey()
  @NeedsIfMatch()
  @Answers(200, ruleSchema)
  @Post('rules/:ruleId/disable')
  disable(
    @Param('ruleId', ID) ruleId: string,
    @Body({ schema: reasonBodySchema.optional() }) body: ReasonRequest | undefined,
    @IfMatch() expected: number | 'any',
    @Caller() caller: Principal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RuleResponse> {
    const command = { type: 'DisableRule', ruleId, ...this.ordering.signed(caller, body?.reason) } as const;
    return this.desk.change(command, expected, request, reply);
  }

  /** Every revision, newest first, with what it changed. */
  @Permission('rules:read')
  @Answers(200, ruleHistoryPageSchema)
  @Get('rules/:ruleId/history')
  async history(
    @Param('ruleId', ID) ruleId: string,
    @Query({ schema: pageQuerySchema }) query: PageQuery,
  ): Promise<RuleHistoryResponse> {
    return (await ruleHistory(this.store, ruleId, query)) ?? noSuchRule();
  }

  private lastCommand(ruleId: string): RuleItemResponse['lastCommand'] {
    const newest = this.commands.list({ ruleId, max: 1 }).items[0];
    if (newest === undefined) return null;
    const { commandId, campaignId, issuedAt } = newest.detail;
    return { commandId, campaignId, issuedAt, state: newest.state };
  }
}

const FACTS_RESPONSE: FactResponse[] = FACTS.map(({ name, type, unit, meaning, example }) => ({
  ...{ name, type, unit, meaning, example },
  operators: [...OPERATORS]
    .filter(([, operator]) => operator.factTypes.includes(type))
    .map(([operator]) => operator),
}));

function noSuchRule(): never {
  throw new ProblemException(404, 'no-such-rule', 'There is no such rule.');
}
