import {
  adGroupsSchema,
  changeBudgetSchema,
  idSchema,
  type AdGroupsResponse,
  type ChangeBudgetRequest,
} from '@flightdeck/contracts';
import type { DirectoryEntry } from '@flightdeck/ledger';
import {
  Caller,
  etagOf,
  Idempotent,
  IfMatch,
  Permission,
  ProblemException,
  type Principal,
} from '@flightdeck/platform';
import { Body, Controller, Get, Inject, Param, Put, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { adGroupResponses } from '../advertisers/tree-dto.js';
import { Answers, NeedsIfMatch, TakesIdempotencyKey } from '../http/answers.js';
import { Ordering } from '../http/ordering.js';
import { PacingReader } from '../pacing/pacing-reader.js';
import { budgetOf } from './campaign-commands.js';
import { CampaignDesk } from './campaign-desk.js';
import { CampaignReader } from './campaign-reader.js';

const ID = { schema: idSchema };

/** The lowest level of the budget tree. */
@ApiTags('budgets')
@Controller('v1/campaigns')
export class AdGroupsController {
  constructor(
    @Inject(CampaignDesk) private readonly desk: CampaignDesk,
    @Inject(CampaignReader) private readonly reader: CampaignReader,
    @Inject(PacingReader) private readonly pacing: PacingReader,
    @Inject(Ordering) private readonly ordering: Ordering,
  ) {}

  /** Every ad group with a budget or with spend, and the cap that binds it. */
  @Permission('campaigns:read')
  @Answers(200, adGroupsSchema)
  @Get(':campaignId/ad-groups')
  async read(
    @Param('campaignId', ID) campaignId: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AdGroupsResponse> {
    const entry = await this.reader.current(campaignId);
    if (entry === undefined)
      throw new ProblemException(404, 'not-registered', 'Nobody has registered this campaign.');
    return this.tell(entry, reply);
  }

  /** The whole budget: a cap that is not given is lifted. */
  @Permission('campaigns:write')
  @Idempotent()
  @TakesIdempotencyKey()
  @NeedsIfMatch()
  @Answers(200, adGroupsSchema)
  @Put(':campaignId/ad-groups/:adGroupId/budget')
  async budget(
    @Param('campaignId', ID) campaignId: string,
    @Param('adGroupId', ID) adGroupId: string,
    @Body({ schema: changeBudgetSchema }) body: ChangeBudgetRequest,
    @IfMatch() expected: number | 'any',
    @Caller() caller: Principal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AdGroupsResponse> {
    const order = this.ordering.order(campaignId, caller, body.reason);
    const command = { type: 'ChangeAdGroupBudget', ...order, adGroupId, budget: budgetOf(body) } as const;
    const change = { campaignId, commands: [command], expected, ...this.ordering.from(request) } as const;
    return this.tell(await this.desk.change(change), reply);
  }

  private async tell({ campaign, revision }: DirectoryEntry, reply: FastifyReply): Promise<AdGroupsResponse> {
    const { campaignId } = campaign;
    const [paced] = await this.pacing.readKnown([{ campaignId, campaign }], { adGroups: true });
    if (paced === undefined) throw new ProblemException(500, 'internal');
    void reply.header('etag', etagOf(revision));
    return { items: adGroupResponses(campaign, paced), revision };
  }
}
