import {
  asOfQuerySchema,
  campaignAsOfSchema,
  idSchema,
  metricsAsOfQuerySchema,
  metricsAsOfSchema,
  ruleAsOfSchema,
  type AsOfQuery,
  type CampaignAsOfResponse,
  type MetricsAsOfQuery,
  type MetricsAsOfResponse,
  type RuleAsOfResponse,
} from '@flightdeck/contracts';
import { Booked, Permission, ProblemException } from '@flightdeck/platform';
import { SERIES_POINTS_MAX, SeriesTooLong } from '@flightdeck/read-models';
import { Controller, Get, Inject, Param, Query, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Answers } from '../http/answers.js';
import { AsOfDesk } from './as-of-desk.js';

/** A campaign and its rules as they were at a moment: what was known then, and what is known now of that time. */
@ApiTags('audit')
@Controller('v1/audit')
export class AsOfController {
  constructor(@Inject(AsOfDesk) private readonly desk: AsOfDesk) {}

  @Permission('audit:read')
  @Booked('as-of-read')
  @Answers(200, campaignAsOfSchema)
  @Get('campaigns/:campaignId')
  campaign(
    @Param('campaignId', { schema: idSchema }) campaignId: string,
    @Query({ schema: asOfQuerySchema }) { asOf }: AsOfQuery,
    @Req() request: FastifyRequest,
  ): Promise<CampaignAsOfResponse> {
    return this.desk.campaign(campaignId, asOf, request.signal);
  }

  @Permission('audit:read')
  @Booked('as-of-read')
  @Answers(200, metricsAsOfSchema)
  @Get('campaigns/:campaignId/metrics')
  metrics(
    @Param('campaignId', { schema: idSchema }) campaignId: string,
    @Query({ schema: metricsAsOfQuerySchema }) query: MetricsAsOfQuery,
    @Req() request: FastifyRequest,
  ): Promise<MetricsAsOfResponse> {
    return this.desk.metrics(campaignId, query, request.signal).catch((error: unknown) => {
      if (!(error instanceof SeriesTooLong)) throw error;
      const detail = `A series has at most ${SERIES_POINTS_MAX} points: take a longer step.`;
      throw new ProblemException(400, 'series-too-long', detail);
    });
  }

  @Permission('audit:read')
  @Booked('as-of-read')
  @Answers(200, ruleAsOfSchema)
  @Get('rules/:ruleId')
  rule(
    @Param('ruleId', { schema: idSchema }) ruleId: string,
    @Query({ schema: asOfQuerySchema }) { asOf }: AsOfQuery,
  ): Promise<RuleAsOfResponse> {
    return this.desk.rule(ruleId, asOf);
  }
}
