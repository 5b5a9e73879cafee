import type { UserKeysAt } from '@flightdeck/ledger';
import type { Profiles } from '../prepare/prepared.js';
import type { CampaignContext, TimeWindows } from '../prepare/settings.js';
import type { PipelineJob, PipelineResult } from './pipeline.js';

/** What a worker is started with. */
export interface WorkerSettings {
  readonly partitions: number;
  /** What userIds become pseudonyms with. */
  readonly userKeys: UserKeysAt;
  readonly windows: TimeWindows;
  /** Ask the main thread for profiles. */
  readonly profiles: boolean;
}

/** A campaign as the pipeline knows it. */
export type CampaignUpdate = CampaignContext & { readonly campaignId: string };

/** To a worker. Messages are handled in the order in which they were sent, so an event finds the campaigns of its time. */
export type ToWorker =
  | { readonly kind: 'campaigns'; readonly campaigns: readonly CampaignUpdate[] }
  | { readonly kind: 'job'; readonly id: number; readonly job: PipelineJob }
  | { readonly kind: 'profiles'; readonly id: number; readonly profiles: Profiles };

/** From a worker. */
export type FromWorker =
  | { readonly kind: 'done'; readonly id: number; readonly result: PipelineResult }
  | { readonly kind: 'failed'; readonly id: number; readonly error: string }
  | { readonly kind: 'users'; readonly id: number; readonly userIds: readonly string[] };
