import {
  exportedRulesSchema,
  importedRulesSchema,
  importRulesSchema,
  type ExportedRulesResponse,
  type ImportedRulesResponse,
  type ImportRulesRequest,
} from '@flightdeck/contracts';
import { Booked, Caller, Permission, type Principal } from '@flightdeck/platform';
import { Body, Controller, Get, Inject, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { API_OPTIONS, type ApiOptions } from '../api-options.js';
import { Answers } from '../http/answers.js';
import { Ordering } from '../http/ordering.js';
import { ConditionShelf } from '../shared-conditions/condition-shelf.js';
import { RuleFiles } from './rule-files.js';
import { RuleShelf } from './rule-shelf.js';

/** Rules out of and into files. */
@ApiTags('rules')
@Controller('v1/rules')
export class RuleFilesController {
  private readonly files: RuleFiles;

  constructor(
    @Inject(RuleShelf) rules: RuleShelf,
    @Inject(ConditionShelf) conditions: ConditionShelf,
    @Inject(Ordering) private readonly ordering: Ordering,
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
  ) {
    this.files = new RuleFiles(rules, conditions);
  }

  @Permission('rules:read')
  @Booked('export')
  @Answers(200, exportedRulesSchema)
  @Get('export')
  exported(): ExportedRulesResponse {
    return this.files.exported();
  }

  /** Everything is checked before anything is written; the same import again changes nothing. */
  @Permission('rules:write')
  @Answers(200, importedRulesSchema)
  @Post('import')
  import(
    @Body({ schema: importRulesSchema }) body: ImportRulesRequest,
    @Caller() caller: Principal,
  ): Promise<ImportedRulesResponse> {
    const { approvals } = this.options;
    return this.files.import({ ...body, approvals, signed: this.ordering.signed(caller, body.reason) });
  }
}
