import { CAMPAIGN_DIRECTORY, type CampaignDirectory } from '@flightdeck/ledger';
import { CLOCK, type Clock } from '@flightdeck/platform';
import { AdvertiserReader, READ_MODELS, type ReadModels } from '@flightdeck/read-models';
import type { Provider } from '@nestjs/common';
import { API_OPTIONS, type ApiOptions } from '../api-options.js';
import { PacingReader } from './pacing-reader.js';
import { RiskRanking } from './risk-ranking.js';

/** What tells how campaigns spend. */
export const PACING: readonly Provider[] = [
  {
    provide: PacingReader,
    inject: [READ_MODELS, AdvertiserReader, CAMPAIGN_DIRECTORY, CLOCK, API_OPTIONS],
    useFactory: (
      readModels: ReadModels,
      advertisers: AdvertiserReader,
      directory: CampaignDirectory,
      clock: Clock,
      { partitions }: ApiOptions,
    ) => new PacingReader(readModels, advertisers, directory, clock, partitions),
  },
  {
    provide: RiskRanking,
    inject: [CAMPAIGN_DIRECTORY, PacingReader, CLOCK],
    useFactory: (directory: CampaignDirectory, pacing: PacingReader, clock: Clock) =>
      new RiskRanking(directory, pacing, clock),
  },
];
