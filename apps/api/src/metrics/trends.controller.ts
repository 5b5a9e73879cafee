import {
  trendsQuerySchema,
  trendsSchema,
  type TrendsQuery,
  type TrendsResponse,
} from '@flightdeck/contracts';
import { formatInstant, HOUR_MS, MINUTE_MS } from '@flightdeck/domain';
import { Booked, CLOCK, Permission, type Clock } from '@flightdeck/platform';
import { READ_MODELS, type ReadModels } from '@flightdeck/read-models';
import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Answers } from '../http/answers.js';

const STEP_MS = 5 * MINUTE_MS;
const STEPS = HOUR_MS / STEP_MS;

@ApiTags('metrics')
@Controller('v1/trends')
export class TrendsController {
  constructor(
    @Inject(READ_MODELS) private readonly readModels: ReadModels,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Net spend of the last hour in steps of five minutes, for many campaigns at once; the last step is still running. */
  @Permission('campaigns:read')
  @Booked('cross-campaign-read', { oncePerMinute: true })
  @Answers(200, trendsSchema)
  @Get()
  async read(@Query({ schema: trendsQuerySchema }) { campaignIds }: TrendsQuery): Promise<TrendsResponse> {
    const toMs = (Math.floor(this.clock() / STEP_MS) + 1) * STEP_MS;
    const fromMs = toMs - STEPS * STEP_MS;
    const items = await Promise.all(
      campaignIds.map(async (campaignId) => {
        const netMicros = new Array<number>(STEPS).fill(0);
        const query = { campaignId, fromMs, toMs, step: '5m' } as const;
        for (const { startMs, counters } of await this.readModels.series(query)) {
          netMicros[(startMs - fromMs) / STEP_MS] = counters.net.micros;
        }
        return { campaignId, netMicros };
      }),
    );
    return { from: formatInstant(fromMs), stepSeconds: STEP_MS / 1_000, items };
  }
}
