import {
  advertiserBudgetSchema,
  advertiserPageSchema,
  advertiserQuerySchema,
  advertiserSchema,
  advertisersQuerySchema,
  historyPageSchema,
  idSchema,
  pageQuerySchema,
  STREAM,
  treePageSchema,
  type AdvertiserQuery,
  type AdvertiserResponse,
  type AdvertisersQuery,
  type ChangeAdvertiserBudgetRequest,
  type HistoryItemResponse,
  type PageQuery,
  type TreeCampaignResponse,
} from '@flightdeck/contracts';
import { EVENT_STORE, type EventStore } from '@flightdeck/event-store';
import {
  Booked,
  Caller,
  decodeCursor,
  encodeCursor,
  etagOf,
  Idempotent,
  IfMatchOrNew,
  Permission,
  ProblemException,
  type Expected,
  type Principal,
} from '@flightdeck/platform';
import { Body, Controller, Get, Inject, Param, Put, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { budgetOf } from '../campaigns/campaign-commands.js';
import { Answers, NeedsIfMatchOrNew, TakesIdempotencyKey } from '../http/answers.js';
import { historyOf } from '../http/history.js';
import { Ordering } from '../http/ordering.js';
import { AdvertiserDesk } from './advertiser-desk.js';

const ID = { schema: idSchema };

/** The upper levels of the budget tree. */
@ApiTags('budgets')
@Controller('v1/advertisers')
export class AdvertisersController {
  constructor(
    @Inject(AdvertiserDesk) private readonly desk: AdvertiserDesk,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(Ordering) private readonly ordering: Ordering,
  ) {}

  /** Every advertiser with a budget or a campaign. */
  @Permission('campaigns:read')
  @Booked('cross-campaign-read', { oncePerMinute: true })
  @Answers(200, advertiserPageSchema)
  @Get()
  async list(
    @Query({ schema: advertisersQuerySchema }) { cursor, limit, day }: AdvertisersQuery,
  ): Promise<{ items: AdvertiserResponse[]; next: string | null }> {
    const { items, isLast } = await this.desk.list(idIn(cursor), limit, day);
    return { items, next: isLast ? null : encodeCursor(items.at(-1)?.advertiserId ?? '') };
  }

  @Permission('campaigns:read')
  @Answers(200, advertiserSchema)
  @Get(':advertiserId')
  async read(
    @Param('advertiserId', ID) advertiserId: string,
    @Query({ schema: advertiserQuerySchema }) { day }: AdvertiserQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AdvertiserResponse> {
    return tell((await this.desk.read(advertiserId, day)) ?? unknown(), reply);
  }

  /** Its campaigns with their ad groups: at each place, what was spent and which cap binds. */
  @Permission('campaigns:read')
  @Booked('cross-campaign-read', { oncePerMinute: true })
  @Answers(200, treePageSchema)
  @Get(':advertiserId/campaigns')
  async campaigns(
    @Param('advertiserId', ID) advertiserId: string,
    @Query({ schema: pageQuerySchema }) { cursor, limit }: PageQuery,
  ): Promise<{ items: TreeCampaignResponse[]; next: string | null }> {
    const page = await this.desk.campaigns(advertiserId, idIn(cursor), limit);
    if (page === undefined) return unknown();
    return {
      items: page.items,
      next: page.isLast ? null : encodeCursor(page.items.at(-1)?.campaignId ?? ''),
    };
  }

  /** The whole budget: a cap that is not given is lifted. The first time, with `If-None-Match: *`. */
  @Permission('campaigns:write')
  @Idempotent()
  @TakesIdempotencyKey()
  @NeedsIfMatchOrNew()
  @Answers(200, advertiserSchema)
  @Put(':advertiserId/budget')
  async budget(
    @Param('advertiserId', ID) advertiserId: string,
    @Body({ schema: advertiserBudgetSchema }) body: ChangeAdvertiserBudgetRequest,
    @IfMatchOrNew() expected: Expected,
    @Caller() caller: Principal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AdvertiserResponse> {
    const { currency, reason } = body;
    const entry = await this.desk.change(
      {
        ...{ type: 'ChangeAdvertiserBudget', advertiserId, currency, budget: budgetOf(body) },
        ...this.ordering.by(caller),
        ...(reason === undefined ? {} : { reason }),
      },
      { expected, ...this.ordering.from(request) },
    );
    return tell(await this.desk.told(entry), reply);
  }

  /** Every change of its budget, newest first; none before the first. */
  @Permission('campaigns:read')
  @Answers(200, historyPageSchema)
  @Get(':advertiserId/history')
  async history(
    @Param('advertiserId', ID) advertiserId: string,
    @Query({ schema: pageQuerySchema }) query: PageQuery,
  ): Promise<{ items: HistoryItemResponse[]; next: string | null }> {
    const history = await historyOf(this.store, STREAM.advertiser(advertiserId), query);
    if (history !== undefined) return history;
    return (await this.desk.read(advertiserId)) === undefined ? unknown() : { items: [], next: null };
  }
}

function idIn(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  return decodeCursor(cursor, (place) => (typeof place === 'string' ? place : undefined));
}

function unknown(): never {
  throw new ProblemException(
    404,
    'no-such-advertiser',
    'No campaign is of this advertiser, and nobody gave it a budget.',
  );
}

function tell(advertiser: AdvertiserResponse, reply: FastifyReply): AdvertiserResponse {
  if (advertiser.revision !== null) void reply.header('etag', etagOf(advertiser.revision));
  return advertiser;
}
