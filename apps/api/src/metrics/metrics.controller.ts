import {
  idSchema,
  metricsQuerySchema,
  metricsSchema,
  type MetricsQuery,
  type MetricsResponse,
} from '@flightdeck/contracts';
import { formatInstant } from '@flightdeck/domain';
import { CLOCK, Permission, ProblemException, type Clock } from '@flightdeck/platform';
import { READ_MODELS, SERIES_POINTS_MAX, SeriesTooLong, type ReadModels } from '@flightdeck/read-models';
import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CampaignReader } from '../campaigns/campaign-reader.js';
import { Answers } from '../http/answers.js';
import { pointOf } from './metrics-dto.js';

@ApiTags('metrics')
@Controller('v1/campaigns')
export class MetricsController {
  constructor(
    @Inject(CampaignReader) private readonly campaigns: CampaignReader,
    @Inject(READ_MODELS) private readonly readModels: ReadModels,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Permission('campaigns:read')
  @Answers(200, metricsSchema)
  @Get(':campaignId/metrics')
  async series(
    @Param('campaignId', { schema: idSchema }) campaignId: string,
    @Query({ schema: metricsQuerySchema }) { from, to, step }: MetricsQuery,
  ): Promise<MetricsResponse> {
    const campaign = (await this.campaigns.current(campaignId))?.campaign;
    const query = {
      ...{ campaignId, fromMs: Date.parse(from), toMs: Date.parse(to), step },
      ...(campaign === undefined ? {} : { timezone: campaign.timezone }),
    };
    const points = await this.readModels.series(query).catch((error: unknown) => {
      throw error instanceof SeriesTooLong ? tooLong() : error;
    });
    return {
      campaignId,
      currency: campaign?.currency ?? (await this.currencyOfUnregistered(campaignId)),
      step,
      from,
      to,
      points: points.map(pointOf),
    };
  }

  private async currencyOfUnregistered(campaignId: string): Promise<string | null> {
    const nowMs = this.clock();
    const [figures] = await this.readModels.figures(
      [{ campaignId, day: formatInstant(nowMs).slice(0, 10) }],
      nowMs,
    );
    return figures?.currency ?? null;
  }
}

function tooLong(): ProblemException {
  return new ProblemException(
    400,
    'series-too-long',
    `A series has at most ${SERIES_POINTS_MAX} points: take a longer step.`,
  );
}
