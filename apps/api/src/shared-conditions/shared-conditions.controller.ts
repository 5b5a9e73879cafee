import {
  appliedConditionSchema,
  historyPageSchema,
  idSchema,
  pageQuerySchema,
  reasonBodySchema,
  sharedConditionSchema,
  sharedConditionsSchema,
  STREAM,
  writeSharedConditionSchema,
  type AppliedConditionResponse,
  type HistoryItemResponse,
  type PageQuery,
  type ReasonRequest,
  type SharedConditionResponse,
  type WriteSharedConditionRequest,
} from '@flightdeck/contracts';
import { conditionProblems, type Conditions, type SharedCondition } from '@flightdeck/domain';
import { EVENT_STORE, type EventStore } from '@flightdeck/event-store';
import { Caller, etagOf, IfMatch, Permission, ProblemException, type Principal } from '@flightdeck/platform';
import { Body, Controller, Get, Inject, Param, Post, Put, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { API_OPTIONS, type ApiOptions } from '../api-options.js';
import { CONDITIONS_FOLD, type RunningFold } from '../follow/running-fold.js';
import { Answers, NeedsIfMatch } from '../http/answers.js';
import { historyOf } from '../http/history.js';
import { Ordering } from '../http/ordering.js';
import { FACT_CATALOG } from '../rules/rule-dto.js';
import { RuleShelf } from '../rules/rule-shelf.js';
import { takeUp } from './apply-condition.js';
import { ConditionShelf } from './condition-shelf.js';

const ID = { schema: idSchema };

/** Conditions that rules name instead of saying them. A rule keeps the revision that it was saved with. */
@ApiTags('rules')
@Controller('v1/conditions')
export class SharedConditionsController {
  constructor(
    @Inject(ConditionShelf) private readonly shelf: ConditionShelf,
    @Inject(CONDITIONS_FOLD) private readonly fold: RunningFold,
    @Inject(RuleShelf) private readonly rules: RuleShelf,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(Ordering) private readonly ordering: Ordering,
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
  ) {}

  /** In the order of their ids, retired ones too, with the rules that use them. */
  @Permission('rules:read')
  @Answers(200, sharedConditionsSchema)
  @Get()
  list(): { items: SharedConditionResponse[] } {
    return { items: this.shelf.all().map((one) => this.told(one)) };
  }

  @Permission('rules:read')
  @Answers(200, sharedConditionSchema)
  @Get(':conditionId')
  async read(
    @Param('conditionId', ID) conditionId: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SharedConditionResponse> {
    return this.tell((await this.shelf.current(conditionId)) ?? noSuchCondition(), reply);
  }

  /** A new condition, or a new revision of one; with `If-Match: *` whatever is there. Rules go on with what they were saved with. */
  @Permission('rules:write')
  @NeedsIfMatch()
  @Answers(200, sharedConditionSchema)
  @Put(':conditionId')
  async write(
    @Param('conditionId', ID) conditionId: string,
    @Body({ schema: writeSharedConditionSchema }) body: WriteSharedConditionRequest,
    @IfMatch() expected: number | 'any',
    @Caller() caller: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SharedConditionResponse> {
    const conditions = checkedConditions(body.conditions);
    const { meaning, reason } = body;
    const signed = this.ordering.signed(caller, reason);
    const command = { type: 'WriteSharedCondition', conditionId, meaning, conditions, ...signed } as const;
    return this.tell(await this.shelf.change(command, expected), reply);
  }

  /** No rule can be saved with it any more; those that were go on. */
  @Permission('rules:write')
  @NeedsIfMatch()
  @Answers(200, sharedConditionSchema)
  @Post(':conditionId/retire')
  async retire(
    @Param('conditionId', ID) conditionId: string,
    @Body({ schema: reasonBodySchema.optional() }) body: ReasonRequest | undefined,
    @IfMatch() expected: number | 'any',
    @Caller() caller: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SharedConditionResponse> {
    const signed = this.ordering.signed(caller, body?.reason);
    return this.tell(
      await this.shelf.change({ type: 'RetireSharedCondition', conditionId, ...signed }, expected),
      reply,
    );
  }

  /** Revises every rule that was saved with an older revision, one by one, and says what became of each. */
  @Permission('rules:write')
  @Answers(200, appliedConditionSchema)
  @Post(':conditionId/apply')
  async apply(
    @Param('conditionId', ID) conditionId: string,
    @Body({ schema: reasonBodySchema.optional() }) body: ReasonRequest | undefined,
    @Caller() caller: Principal,
  ): Promise<AppliedConditionResponse> {
    const condition = (await this.shelf.current(conditionId)) ?? noSuchCondition();
    const { revision } = condition;
    await this.fold.hasSeen(STREAM.sharedCondition(conditionId), revision);
    const pinned = this.shelf.pinned();
    const signed = this.ordering.signed(
      caller,
      body?.reason ?? `Takes up revision ${revision} of condition ${conditionId}.`,
    );
    const items: AppliedConditionResponse['items'] = [];
    for (const { ruleId } of this.users(conditionId)) {
      const rule = await this.rules.current(ruleId);
      const used = rule?.shared?.[conditionId]?.revision;
      if (rule === undefined || used === undefined || used >= revision) continue;
      items.push(await takeUp(this.rules, rule, pinned, this.options.approvals, signed));
    }
    return { conditionId, revision, items };
  }

  /** Every revision, newest first. */
  @Permission('rules:read')
  @Answers(200, historyPageSchema)
  @Get(':conditionId/history')
  async history(
    @Param('conditionId', ID) conditionId: string,
    @Query({ schema: pageQuerySchema }) query: PageQuery,
  ): Promise<{ items: HistoryItemResponse[]; next: string | null }> {
    return (await historyOf(this.store, STREAM.sharedCondition(conditionId), query)) ?? noSuchCondition();
  }

  /** A rule saved after this answer can name it. */
  private async tell(condition: SharedCondition, reply: FastifyReply): Promise<SharedConditionResponse> {
    const { conditionId, revision } = condition;
    await this.fold.hasSeen(STREAM.sharedCondition(conditionId), revision);
    void reply.header('etag', etagOf(revision));
    return this.told(condition);
  }

  private told(condition: SharedCondition): SharedConditionResponse {
    const { conditions, ...rest } = condition;
    return { ...rest, conditions: { ...conditions }, usedBy: this.users(condition.conditionId) };
  }

  private users(conditionId: string): SharedConditionResponse['usedBy'] {
    return this.rules.all().flatMap(({ ruleId, revision: ruleRevision, mode, shared }) => {
      const pinned = shared?.[conditionId];
      return pinned === undefined ? [] : [{ ruleId, ruleRevision, mode, uses: pinned.revision }];
    });
  }
}

/** A shared condition names no other: there is nothing to go round in. @throws {ProblemException} 422 with a pointer to each mistake. */
export function checkedConditions(conditions: Readonly<Record<string, unknown>>): Conditions {
  const problems = conditionProblems(conditions, FACT_CATALOG);
  if (problems.length === 0) return conditions as unknown as Conditions;
  throw new ProblemException(
    422,
    'invalid-condition',
    'The condition cannot be evaluated as it is written.',
    {
      errors: problems.map(({ pointer, message }) => ({ pointer, detail: message })),
    },
  );
}

function noSuchCondition(): never {
  throw new ProblemException(404, 'no-such-condition', 'There is no such shared condition.');
}
