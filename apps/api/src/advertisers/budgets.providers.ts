import { EVENT_STORE, type EventStore } from '@flightdeck/event-store';
import { ADVERTISER_DIRECTORY, type AdvertiserDirectory } from '@flightdeck/ledger';
import { CLOCK, type Clock } from '@flightdeck/platform';
import { AdvertiserReader, READ_MODELS, type ReadModels } from '@flightdeck/read-models';
import type { Provider } from '@nestjs/common';
import { PacingReader } from '../pacing/pacing-reader.js';
import { AdvertiserDesk } from './advertiser-desk.js';

/** What reads and changes the upper levels of the budget tree. */
export const BUDGETS: readonly Provider[] = [
  {
    provide: AdvertiserReader,
    inject: [ADVERTISER_DIRECTORY, READ_MODELS],
    useFactory: (holders: AdvertiserDirectory, readModels: ReadModels) =>
      new AdvertiserReader(holders, readModels),
  },
  {
    provide: AdvertiserDesk,
    inject: [EVENT_STORE, ADVERTISER_DIRECTORY, AdvertiserReader, PacingReader, CLOCK],
    useFactory: (
      store: EventStore,
      directory: AdvertiserDirectory,
      sums: AdvertiserReader,
      pacing: PacingReader,
      clock: Clock,
    ) => new AdvertiserDesk(store, directory, sums, pacing, clock),
  },
];
