import {
  idSchema,
  lineageQuerySchema,
  lineageSchema,
  type LineageQuery,
  type LineageResponse,
} from '@flightdeck/contracts';
import { Booked, Permission } from '@flightdeck/platform';
import { Controller, Get, Inject, Param, Query, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Answers } from '../http/answers.js';
import { LineageDesk } from './lineage-desk.js';

@ApiTags('audit')
@Controller('v1/audit/campaigns')
export class LineageController {
  constructor(@Inject(LineageDesk) private readonly desk: LineageDesk) {}

  /** Exactly the events of one point of the series, or of the total, added anew. */
  @Permission('audit:read')
  @Booked('lineage-read')
  @Answers(200, lineageSchema)
  @Get(':campaignId/lineage')
  read(
    @Param('campaignId', { schema: idSchema }) campaignId: string,
    @Query({ schema: lineageQuerySchema }) query: LineageQuery,
    @Req() request: FastifyRequest,
  ): Promise<LineageResponse> {
    return this.desk.of(campaignId, query, request.signal);
  }
}
