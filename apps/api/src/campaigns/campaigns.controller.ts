import {
  campaignPageSchema,
  campaignSchema,
  campaignsQuerySchema,
  changeBudgetSchema,
  changeCampaignSchema,
  historyPageSchema,
  idSchema,
  pageQuerySchema,
  reasonBodySchema,
  registerCampaignSchema,
  STREAM,
  type CampaignItemResponse,
  type CampaignResponse,
  type CampaignsQuery,
  type ChangeBudgetRequest,
  type ChangeCampaignRequest,
  type HistoryItemResponse,
  type PageQuery,
  type ReasonRequest,
  type RegisterCampaignRequest,
} from '@flightdeck/contracts';
import { EVENT_STORE, type EventStore } from '@flightdeck/event-store';
import type { DirectoryEntry } from '@flightdeck/ledger';
import {
  Booked,
  Caller,
  etagOf,
  Idempotent,
  IfMatch,
  Permission,
  ProblemException,
  type Principal,
} from '@flightdeck/platform';
import { Body, Controller, Get, Inject, Param, Patch, Post, Put, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Answers, NeedsIfMatch, TakesIdempotencyKey } from '../http/answers.js';
import { historyOf } from '../http/history.js';
import { Ordering } from '../http/ordering.js';
import { changes, newBudget, registration } from './campaign-commands.js';
import { CampaignDesk, type CampaignChange } from './campaign-desk.js';
import { campaignResponse } from './campaign-dto.js';
import { CampaignList } from './campaign-list.js';
import { CampaignReader } from './campaign-reader.js';

const ID = { schema: idSchema };
const REASON = { schema: reasonBodySchema.optional() };

@ApiTags('campaigns')
@Controller('v1/campaigns')
export class CampaignsController {
  constructor(
    @Inject(CampaignDesk) private readonly desk: CampaignDesk,
    @Inject(CampaignReader) private readonly reader: CampaignReader,
    @Inject(CampaignList) private readonly listing: CampaignList,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(Ordering) private readonly ordering: Ordering,
  ) {}

  /** Registers a campaign. The same registration again answers 200 and changes nothing. */
  @Permission('campaigns:write')
  @Idempotent()
  @TakesIdempotencyKey()
  @Answers(201, campaignSchema)
  @Post()
  async register(
    @Body({ schema: registerCampaignSchema }) body: RegisterCampaignRequest,
    @Caller() caller: Principal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CampaignResponse> {
    const { campaignId } = body;
    const order = this.ordering.order(campaignId, caller, body.reason);
    const { idempotencyKey } = this.ordering.from(request);
    const command = registration(body, order);
    const done = await this.desk.change({ campaignId, commands: [command], expected: 'any', idempotencyKey });
    void reply.header('location', `/v1/campaigns/${encodeURIComponent(campaignId)}`);
    if (!done.changed && idempotencyKey === undefined) void reply.status(200);
    return tell(done, reply);
  }

  @Permission('campaigns:read')
  @Booked('cross-campaign-read', { oncePerMinute: true })
  @Answers(200, campaignPageSchema)
  @Get()
  list(
    @Query({ schema: campaignsQuerySchema }) query: CampaignsQuery,
  ): Promise<{ items: CampaignItemResponse[]; next: string | null }> {
    return this.listing.page(query);
  }

  @Permission('campaigns:read')
  @Answers(200, campaignSchema)
  @Get(':campaignId')
  async read(
    @Param('campaignId', ID) campaignId: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CampaignResponse> {
    return tell(await this.known(campaignId), reply);
  }

  /** Name, tags, flight, pacing and day-parts; what is not given stays. */
  @Permission('campaigns:write')
  @Idempotent()
  @TakesIdempotencyKey()
  @NeedsIfMatch()
  @Answers(200, campaignSchema)
  @Patch(':campaignId')
  async change(
    @Param('campaignId', ID) campaignId: string,
    @Body({ schema: changeCampaignSchema }) body: ChangeCampaignRequest,
    @IfMatch() expected: number | 'any',
    @Caller() caller: Principal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CampaignResponse> {
    const { campaign } = await this.known(campaignId);
    const [first, ...others] = changes(body, campaign, this.ordering.order(campaignId, caller, body.reason));
    if (first === undefined) throw new ProblemException(400, 'validation', 'The request changes nothing.');
    return this.changed(campaignId, [first, ...others], expected, request, reply);
  }

  /** The whole budget: a cap that is not given is lifted. */
  @Permission('campaigns:write')
  @Idempotent()
  @TakesIdempotencyKey()
  @NeedsIfMatch()
  @Answers(200, campaignSchema)
  @Put(':campaignId/budget')
  budget(
    @Param('campaignId', ID) campaignId: string,
    @Body({ schema: changeBudgetSchema }) body: ChangeBudgetRequest,
    @IfMatch() expected: number | 'any',
    @Caller() caller: Principal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CampaignResponse> {
    const command = newBudget(body, this.ordering.order(campaignId, caller, body.reason));
    return this.changed(campaignId, [command], expected, request, reply);
  }

  @Permission('campaigns:write')
  @Idempotent()
  @TakesIdempotencyKey()
  @NeedsIfMatch()
  @Answers(200, campaignSchema)
  @Post(':campaignId/pause')
  pause(
    @Param('campaignId', ID) campaignId: string,
    @Body(REASON) body: ReasonRequest | undefined,
    @IfMatch() expected: number | 'any',
    @Caller() caller: Principal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CampaignResponse> {
    const order = this.ordering.order(campaignId, caller, body?.reason);
    return this.changed(campaignId, [{ type: 'PauseCampaign', ...order }], expected, request, reply);
  }

  @Permission('campaigns:write')
  @Idempotent()
  @TakesIdempotencyKey()
  @NeedsIfMatch()
  @Answers(200, campaignSchema)
  @Post(':campaignId/resume')
  resume(
    @Param('campaignId', ID) campaignId: string,
    @Body(REASON) body: ReasonRequest | undefined,
    @IfMatch() expected: number | 'any',
    @Caller() caller: Principal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CampaignResponse> {
    const order = this.ordering.order(campaignId, caller, body?.reason);
    return this.changed(campaignId, [{ type: 'ResumeCampaign', ...order }], expected, request, reply);
  }

  /** Every fact, newest first. */
  @Permission('campaigns:read')
  @Answers(200, historyPageSchema)
  @Get(':campaignId/history')
  async history(
    @Param('campaignId', ID) campaignId: string,
    @Query({ schema: pageQuerySchema }) query: PageQuery,
  ): Promise<{ items: HistoryItemResponse[]; next: string | null }> {
    return (await historyOf(this.store, STREAM.campaign(campaignId), query)) ?? notRegistered();
  }

  private async changed(
    campaignId: string,
    commands: CampaignChange['commands'],
    expected: number | 'any',
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<CampaignResponse> {
    const { idempotencyKey } = this.ordering.from(request);
    return tell(await this.desk.change({ campaignId, commands, expected, idempotencyKey }), reply);
  }

  private async known(campaignId: string): Promise<DirectoryEntry> {
    return (await this.reader.current(campaignId)) ?? notRegistered();
  }
}

function notRegistered(): never {
  throw new ProblemException(404, 'not-registered', 'Nobody has registered this campaign.');
}

function tell(entry: DirectoryEntry, reply: FastifyReply): CampaignResponse {
  void reply.header('etag', etagOf(entry.revision));
  return campaignResponse(entry.campaign, entry.revision);
}
