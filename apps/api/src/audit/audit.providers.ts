import { REPLAY_RUNNER, type ReplayRunner } from '@flightdeck/contracts';
import { EVENT_STORE, type EventStore } from '@flightdeck/event-store';
import { ADVERTISER_DIRECTORY, type AdvertiserDirectory } from '@flightdeck/ledger';
import { CLOCK, LOGGER, type Clock, type Logger } from '@flightdeck/platform';
import { PROOF_LOG, type ProofLog } from '@flightdeck/proof';
import { READ_MODELS, type ReadModels } from '@flightdeck/read-models';
import type { Provider } from '@nestjs/common';
import { API_OPTIONS, inDirectory, type ApiOptions } from '../api-options.js';
import { AsOfDesk } from '../as-of/as-of-desk.js';
import { Moments } from '../as-of/moments.js';
import { PastAdvertisers } from '../as-of/past-advertisers.js';
import { Scans } from '../as-of/scans.js';
import { CampaignReader } from '../campaigns/campaign-reader.js';
import { LineageDesk } from '../lineage/lineage-desk.js';
import { ProofDesk } from './proof-desk.js';
import { ReconciliationDesk } from '../reconciliation/reconciliation-desk.js';
import { ReplayDesk } from '../replays/replay-desk.js';
import { RuleShelf } from '../rules/rule-shelf.js';

/** Proofs and replays of the ledger, and what looks through the history of one campaign. */
export const AUDIT: Provider[] = [
  {
    provide: ProofDesk,
    inject: [EVENT_STORE, PROOF_LOG],
    useFactory: (store: EventStore, log: ProofLog) => new ProofDesk(store, log),
  },
  {
    provide: ReplayDesk,
    inject: [REPLAY_RUNNER, API_OPTIONS, CLOCK, LOGGER],
    useFactory: (runner: ReplayRunner, { directory }: ApiOptions, clock: Clock, logger: Logger) =>
      new ReplayDesk(inDirectory(directory, 'replays'), runner, clock, logger),
  },
  { provide: Scans, useFactory: () => new Scans() },
  {
    provide: Moments,
    inject: [EVENT_STORE, API_OPTIONS, CLOCK],
    useFactory: (store: EventStore, { partitions }: ApiOptions, clock: Clock) =>
      new Moments(store, partitions, clock),
  },
  {
    provide: AsOfDesk,
    inject: [Moments, RuleShelf, Scans, ADVERTISER_DIRECTORY, API_OPTIONS],
    useFactory: (
      moments: Moments,
      shelf: RuleShelf,
      scans: Scans,
      advertisers: AdvertiserDirectory,
      { partitions }: ApiOptions,
    ) => new AsOfDesk(moments, shelf, scans, new PastAdvertisers(moments, advertisers, scans), partitions),
  },
  {
    provide: LineageDesk,
    inject: [READ_MODELS, CampaignReader, Moments, Scans, CLOCK],
    useFactory: (
      readModels: ReadModels,
      campaigns: CampaignReader,
      moments: Moments,
      scans: Scans,
      clock: Clock,
    ) => new LineageDesk(readModels, campaigns, moments, scans, clock),
  },
  {
    provide: ReconciliationDesk,
    inject: [EVENT_STORE, CampaignReader, Moments, Scans, CLOCK],
    useFactory: (
      store: EventStore,
      campaigns: CampaignReader,
      moments: Moments,
      scans: Scans,
      clock: Clock,
    ) => new ReconciliationDesk(store, campaigns, moments, scans, clock),
  },
];
