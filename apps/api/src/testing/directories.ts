import { campaign } from '@flightdeck/domain';
import type { EventStore } from '@flightdeck/event-store';
import {
  followAdvertisers,
  followCampaigns,
  type RunningAdvertiserDirectory,
  type RunningCampaignDirectory,
} from '@flightdeck/ledger';

/** The directories that the composition keeps. */
export function followDirectories(
  store: EventStore,
  onFatal: (error: Error) => void,
): {
  readonly campaigns: RunningCampaignDirectory;
  readonly advertisers: RunningAdvertiserDirectory;
  close(): Promise<void>;
} {
  const campaigns = followCampaigns({ store, evolve: campaign.evolve, onFatal });
  const advertisers = followAdvertisers({ store, campaigns, onFatal });
  const close = async (): Promise<void> => {
    await advertisers.close();
    await campaigns.close();
  };
  return { campaigns, advertisers, close };
}
