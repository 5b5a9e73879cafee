import {
  idSchema,
  shadowReportQuerySchema,
  shadowReportSchema,
  type ShadowReportQuery,
  type ShadowReportResponse,
} from '@flightdeck/contracts';
import { Permission, ProblemException } from '@flightdeck/platform';
import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Answers } from '../http/answers.js';
import { RuleShelf } from '../rules/rule-shelf.js';
import { ShadowReports } from './shadow-report.js';

@ApiTags('rules')
@Controller('v1/rules/:ruleId/shadow-report')
export class ShadowController {
  constructor(
    @Inject(RuleShelf) private readonly shelf: RuleShelf,
    @Inject(ShadowReports) private readonly reports: ShadowReports,
  ) {}

  /** What the rule would have ordered while it was in shadow, beside what the active rules ordered. */
  @Permission('rules:read')
  @Answers(200, shadowReportSchema)
  @Get()
  async read(
    @Param('ruleId', { schema: idSchema }) ruleId: string,
    @Query({ schema: shadowReportQuerySchema }) query: ShadowReportQuery,
  ): Promise<ShadowReportResponse> {
    const rule = await this.shelf.current(ruleId);
    if (rule === undefined) throw new ProblemException(404, 'no-such-rule', 'There is no such rule.');
    return this.reports.of(rule, query);
  }
}
