import { STREAM, type RuleResponse } from '@flightdeck/contracts';
import type { Rule, RuleCommand } from '@flightdeck/domain';
import { etagOf } from '@flightdeck/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RunningFold } from '../follow/running-fold.js';
import type { Ordering } from '../http/ordering.js';
import { ruleResponse } from './rule-dto.js';
import type { RuleShelf } from './rule-shelf.js';

/** Changes a rule and tells it, with its ETag. */
export class RuleDesk {
  constructor(
    private readonly shelf: RuleShelf,
    private readonly fold: RunningFold,
    private readonly ordering: Ordering,
  ) {}

  /** @throws {ProblemException} when the business, or somebody quicker, says no. */
  async change(
    command: RuleCommand,
    expected: number | 'any',
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<RuleResponse> {
    const { idempotencyKey } = this.ordering.from(request);
    return this.tell((await this.shelf.change(command, expected, idempotencyKey)).rule, reply);
  }

  /** A list read after this answer holds the rule. */
  async tell(rule: Rule, reply: FastifyReply): Promise<RuleResponse> {
    await this.fold.hasSeen(STREAM.rule(rule.ruleId), rule.revision);
    void reply.header('etag', etagOf(rule.revision));
    return ruleResponse(rule);
  }
}
