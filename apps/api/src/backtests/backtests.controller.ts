import {
  backtestSchema,
  backtestsSchema,
  createBacktestSchema,
  idSchema,
  uuidSchema,
  type BacktestResponse,
  type CreateBacktestRequest,
} from '@flightdeck/contracts';
import type { Rule } from '@flightdeck/domain';
import { Caller, Idempotent, Permission, ProblemException, type Principal } from '@flightdeck/platform';
import { Body, Controller, Delete, Get, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Answers, TakesIdempotencyKey } from '../http/answers.js';
import { newIdFor } from '../http/decide.js';
import { Ordering } from '../http/ordering.js';
import { RuleShelf } from '../rules/rule-shelf.js';
import { BacktestDesk } from './backtest-desk.js';
import { variantsOf } from './variants.js';

const RULE_ID = { schema: idSchema };
const ID = { schema: uuidSchema };

/** What a rule would have done: the ledger's past, on the live folds and decisions, beside the live system. */
@ApiTags('rules')
@Controller('v1/rules/:ruleId/backtests')
export class BacktestsController {
  constructor(
    @Inject(RuleShelf) private readonly shelf: RuleShelf,
    @Inject(BacktestDesk) private readonly desk: BacktestDesk,
    @Inject(Ordering) private readonly ordering: Ordering,
  ) {}

  /** Runs in the background at the lowest priority, one at a time; ask again with GET. */
  @Permission('rules:backtest')
  @Idempotent()
  @TakesIdempotencyKey()
  @Answers(202, backtestSchema)
  @Post()
  async create(
    @Param('ruleId', RULE_ID) ruleId: string,
    @Body({ schema: createBacktestSchema }) { from, to, sweep, beside }: CreateBacktestRequest,
    @Caller() caller: Principal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<BacktestResponse> {
    const rule = await this.rule(ruleId);
    const others = await Promise.all(beside.filter((id) => id !== ruleId).map((id) => this.rule(id)));
    const spec = {
      ...{ fromMs: Date.parse(from), toMs: Date.parse(to) },
      variants: variantsOf(rule, others, sweep),
    };
    const { idempotencyKey } = this.ordering.from(request);
    const backtestId = newIdFor('backtest', idempotencyKey);
    const { id: requestedBy } = caller;
    void reply.header('location', `/v1/rules/${encodeURIComponent(ruleId)}/backtests/${backtestId}`);
    return this.desk.add({ backtestId, ruleId, ruleRevision: rule.revision, requestedBy }, spec);
  }

  /** Newest first, without their results. */
  @Permission('rules:read')
  @Answers(200, backtestsSchema)
  @Get()
  list(@Param('ruleId', RULE_ID) ruleId: string): { items: Omit<BacktestResponse, 'result'>[] } {
    return { items: this.desk.of(ruleId).map(({ result: _, ...told }) => told) };
  }

  @Permission('rules:read')
  @Answers(200, backtestSchema)
  @Get(':backtestId')
  read(
    @Param('ruleId', RULE_ID) ruleId: string,
    @Param('backtestId', ID) backtestId: string,
  ): BacktestResponse {
    const told = this.desk.jobs.get(backtestId);
    if (told?.ruleId !== ruleId)
      throw new ProblemException(404, 'no-such-backtest', 'The rule has no such backtest.');
    return told;
  }

  /** Stops it; what is over stays as it is. */
  @Permission('rules:backtest')
  @Answers(204)
  @Delete(':backtestId')
  async cancel(
    @Param('ruleId', RULE_ID) ruleId: string,
    @Param('backtestId', ID) backtestId: string,
  ): Promise<void> {
    this.read(ruleId, backtestId);
    await this.desk.jobs.cancel(backtestId);
  }

  private async rule(ruleId: string): Promise<Rule> {
    const rule = await this.shelf.current(ruleId);
    if (rule === undefined) throw new ProblemException(404, 'no-such-rule', `There is no rule ${ruleId}.`);
    return rule;
  }
}

/** Backtests of every rule: what waits, what runs, who asked for it. */
@ApiTags('rules')
@Controller('v1/backtests')
export class AllBacktestsController {
  constructor(@Inject(BacktestDesk) private readonly desk: BacktestDesk) {}

  /** Newest first, without their results; as many as are kept. */
  @Permission('rules:read')
  @Answers(200, backtestsSchema)
  @Get()
  list(): { items: Omit<BacktestResponse, 'result'>[] } {
    return { items: this.desk.all().map(({ result: _, ...told }) => told) };
  }
}
