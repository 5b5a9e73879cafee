import { existsSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { KinesisBatchResponse } from '@flightdeck/contracts';
import { campaign } from '@flightdeck/domain';
import type { EventStore } from '@flightdeck/event-store';
import { eventStoreDb, isCheckpoint } from '@flightdeck/event-store/eventstoredb';
import { followCampaigns, linkIndex, openAdLedger, readCampaigns, readLedgerMeta } from '@flightdeck/ledger';
import { systemClock } from '@flightdeck/platform';
import { ProfileCache } from '@flightdeck/profiles';
import { lambdaBatches, sequenceNumberAt } from '@flightdeck/sources/lambda';
import { RecordIntake } from '../kinesis/record-intake.js';
import { PipelinePool } from '../pipeline/pipeline-pool.js';
import { TIME_WINDOWS } from '../prepare/settings.js';
import { openProfiles, type ProfileAddresses } from '../profiles/profiles.module.js';
import { IngestService } from '../service/ingest-service.js';
import { handleBatch } from './handle-batch.js';

/** Offers of a part before it is answered as failed: the mapping's own retries come after, and are not paid for while they wait. */
const OFFERS_MAX = 6;

export interface LambdaSettings extends ProfileAddresses {
  /** `esdb://…`; may hold a password. */
  readonly eventStore: string;
  /** The file of user keys that every process of this Flightdeck shares. */
  readonly userKeysFile: string;
  /** Where this execution environment keeps its de-duplication index; losing it costs reading the ledger's horizon again. */
  readonly indexDirectory: string;
  /** Data directory of a process that keeps its index fresh; a new environment begins from the files of that. */
  readonly indexFrom?: string | undefined;
  /** Told what the operator should know of the start. */
  readonly onNotice: (text: string) => void;
  readonly onError: (error: unknown) => void;
  /** The ledger can no longer be followed: the process has to end, and the next invocation begins afresh. */
  readonly onFatal: (error: unknown) => void;
}

/** What the handler runs on. It is no Nest module: a cold start waits for nothing that an invocation does not need. */
export interface LambdaIngest {
  handle(invocation: unknown): Promise<KinesisBatchResponse>;
  close(): Promise<void>;
}

/**
 * Opens the pipeline over the ledger, as every process that ingests does.
 * @throws when there is no ledger or no user keys yet: neither is made here, for a mistaken address would make another one.
 */
export async function openLambdaIngest(settings: LambdaSettings): Promise<LambdaIngest> {
  const { eventStore, userKeysFile, indexDirectory, onError, onFatal, onNotice } = settings;
  if (!existsSync(userKeysFile)) throw new Error(`There are no user keys at ${userKeysFile}.`);
  const profiles = await openProfiles(settings);
  const cache = profiles && new ProfileCache(profiles.source, systemClock);
  const store = eventStoreDb(eventStore);
  const created = await readLedgerMeta(store);
  if (created === undefined) throw new Error('There is no ledger yet: start a Flightdeck over it first.');
  beginIndex(settings);
  const { partitions, ledgerId } = created;
  const begun = await beginCampaigns(settings, ledgerId, store);
  const campaigns = followCampaigns({ store, evolve: campaign.evolve, onFatal, begun });
  const [ledger] = await Promise.all([
    openAdLedger({
      ...{ store, directory: indexDirectory, partitions, clock: systemClock, newId: () => ledgerId },
    }),
    campaigns.caughtUp(),
  ]);
  const distrusted = ledger.stats().reduce((sum, { indexDistrusted }) => sum + indexDistrusted, 0);
  if (distrusted > 0)
    onNotice(`${distrusted} files of the index cannot be trusted; the ledger was read in their place.`);
  const pool = new PipelinePool({
    ...{ workers: 0, partitions, campaigns, windows: TIME_WINDOWS, onFatal },
    userKeys: { directory: dirname(userKeysFile), name: basename(userKeysFile) },
    ...(cache === undefined ? {} : { profilesOf: (userIds) => cache.profilesOf(userIds) }),
  });
  const intake = new RecordIntake(new IngestService(pool, ledger), {
    ...{ clock: systemClock, sleep: (ms) => delay(ms), offersMax: OFFERS_MAX },
  });
  return {
    handle: async (invocation) => {
      await campaigns.caughtUp(); // the environment may have slept since
      return handleBatch(invocation, intake, { batchesOf: lambdaBatches, sequenceNumberAt, onError });
    },
    close: async () => {
      await pool.close();
      await ledger.close();
      await campaigns.close();
      await store.close();
      profiles?.close();
    },
  };
}

/** What is found there is only a start: it is checked against the ledger, and what is missing is read from there. */
function beginIndex({ indexFrom, indexDirectory, onNotice }: LambdaSettings): void {
  if (indexFrom === undefined) return;
  try {
    linkIndex(indexFrom, indexDirectory);
  } catch (error) {
    onNotice(`There is no index to begin from: ${String(error)}. The ledger is read in its place.`);
  }
}

/** Without what another process has folded, the campaigns' facts are looked for in the whole ledger. */
async function beginCampaigns(
  { indexFrom, onNotice }: LambdaSettings,
  ledgerId: string,
  store: EventStore,
): ReturnType<typeof readCampaigns> {
  if (indexFrom === undefined) return undefined;
  const begun = await readCampaigns(indexFrom, ledgerId, store, isCheckpoint);
  if (begun === undefined)
    onNotice('There are no campaigns to begin from that can be trusted; the ledger is read in their place.');
  return begun;
}
