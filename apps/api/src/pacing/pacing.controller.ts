import { idSchema, pacingSchema, type PacingResponse } from '@flightdeck/contracts';
import { Permission, ProblemException } from '@flightdeck/platform';
import { Controller, Get, Inject, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CampaignReader } from '../campaigns/campaign-reader.js';
import { Answers } from '../http/answers.js';
import { PacingReader } from './pacing-reader.js';

@ApiTags('pacing')
@Controller('v1/campaigns')
export class PacingController {
  constructor(
    @Inject(CampaignReader) private readonly campaigns: CampaignReader,
    @Inject(PacingReader) private readonly pacing: PacingReader,
  ) {}

  /** Also for a campaign that nobody has registered: its spend is accounted all the same. */
  @Permission('campaigns:read')
  @Answers(200, pacingSchema)
  @Get(':campaignId/pacing')
  async read(@Param('campaignId', { schema: idSchema }) campaignId: string): Promise<PacingResponse> {
    const entry = await this.campaigns.current(campaignId);
    const [paced] = await this.pacing.readKnown([{ campaignId, campaign: entry?.campaign }]);
    if (paced === undefined) throw new ProblemException(500, 'internal');
    return this.pacing.response(paced);
  }
}
