import {
  expectationSchema,
  idSchema,
  pacingSchema,
  type ExpectationResponse,
  type PacingResponse,
} from '@flightdeck/contracts';
import { formatInstant } from '@flightdeck/domain';
import { CLOCK, Permission, ProblemException, type Clock } from '@flightdeck/platform';
import { READ_MODELS, type ReadModels } from '@flightdeck/read-models';
import { Controller, Get, Inject, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CampaignReader } from '../campaigns/campaign-reader.js';
import { Answers } from '../http/answers.js';
import { expectedCurve } from './expected-curve.js';
import { PacingReader, type PacedCampaign } from './pacing-reader.js';
import { platformCaps } from './platform-caps.js';

@ApiTags('pacing')
@Controller('v1/campaigns')
export class PacingController {
  constructor(
    @Inject(CampaignReader) private readonly campaigns: CampaignReader,
    @Inject(PacingReader) private readonly pacing: PacingReader,
    @Inject(READ_MODELS) private readonly readModels: ReadModels,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Also for a campaign that nobody has registered: its spend is accounted all the same. */
  @Permission('campaigns:read')
  @Answers(200, pacingSchema)
  @Get(':campaignId/pacing')
  async read(@Param('campaignId', { schema: idSchema }) campaignId: string): Promise<PacingResponse> {
    const paced = await this.paced(campaignId);
    const { campaign, view } = paced;
    const told = this.pacing.response(paced);
    if (campaign === undefined) return told;
    return { ...told, platform: await platformCaps(this.readModels, campaign, view.day, this.clock()) };
  }

  /** The curve that `expectedMicros` of pacing moves along today. */
  @Permission('campaigns:read')
  @Answers(200, expectationSchema)
  @Get(':campaignId/expectation')
  async expectation(
    @Param('campaignId', { schema: idSchema }) campaignId: string,
  ): Promise<ExpectationResponse> {
    const { campaign, view } = await this.paced(campaignId);
    const curve = campaign === undefined ? [] : expectedCurve(campaign, view);
    const points = curve.map(({ atMs, expectedMicros }) => ({ at: formatInstant(atMs), expectedMicros }));
    return { campaignId, day: view.day, points };
  }

  private async paced(campaignId: string): Promise<PacedCampaign> {
    const entry = await this.campaigns.current(campaignId);
    const [paced] = await this.pacing.readKnown([{ campaignId, campaign: entry?.campaign }]);
    if (paced === undefined) throw new ProblemException(500, 'internal');
    return paced;
  }
}
