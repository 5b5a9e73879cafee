import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Module, type DynamicModule } from '@nestjs/common';
import { COMMAND_BUS, type CommandBus } from '@flightdeck/bus';
import { eventBridgeBus } from '@flightdeck/bus/eventbridge';
import { localCommandBus } from '@flightdeck/bus/local';
import { snsBus } from '@flightdeck/bus/sns';
import {
  BACKTEST_RUNNER,
  REPLAY_RUNNER,
  type BacktestRunner,
  type ReplayRunner,
} from '@flightdeck/contracts';
import { campaign, SECOND_MS } from '@flightdeck/domain';
import { EVENT_STORE, type EventStore } from '@flightdeck/event-store';
import { eventStoreDb } from '@flightdeck/event-store/eventstoredb';
import { lmdbEventStore } from '@flightdeck/event-store/lmdb';
import {
  AD_LEDGER,
  ADVERTISER_DIRECTORY,
  CAMPAIGN_DIRECTORY,
  followAdvertisers,
  followCampaigns,
  openAdLedger,
  refreshEvery,
  campaignsWriter,
  type OpenAdLedger,
  type RunningAdvertiserDirectory,
  type RunningCampaignDirectory,
} from '@flightdeck/ledger';
import { CLOCK, LOGGER, systemClock } from '@flightdeck/platform';
import type { Logger } from 'pino';
import { openProfiles, type OpenProfiles, type ProfileAddresses } from '../../ingest/src/index.js';
import { discardBacktest } from './backtest/backtest.module.js';
import type { Config } from './config.js';
import { EMBEDDED, foldsDirOf } from './folds-dir.js';
import { childRunner } from './job/child-runner.js';

/** Partitions of a ledger that is created without saying how many. */
export const PARTITIONS = 16;

/** What every process has, whichever apps it runs: opened before Nest, closed after it. */
export interface Base {
  readonly store: EventStore;
  /** Where folds keep what they have folded, and how far: a place in the ledger is told in the words of its store. */
  readonly foldsDir: string;
  readonly directory: RunningCampaignDirectory;
  readonly advertisers: RunningAdvertiserDirectory;
  readonly bus: CommandBus;
  readonly backtests: BacktestRunner;
  readonly replays: ReplayRunner;
  readonly logger: Logger;
  /** Settles what is queued, flushes, lets go of the data directory. */
  close(): Promise<void>;
}

/** A process that takes events in has the ledger of ad events too. */
export interface Core extends Base {
  readonly ledger: OpenAdLedger;
  readonly profiles: OpenProfiles | undefined;
}

export type BaseSettings = Pick<Config, 'dataDir' | 'partitions' | 'eventStore' | 'bus'>;
export type CoreSettings = BaseSettings & ProfileAddresses & Pick<Config, 'indexSeconds'>;

/** Opens the store, embedded in `dataDir` or at a server. @throws {StoreInUse} when another process owns it. */
export async function openBase(
  settings: BaseSettings,
  logger: Logger,
  onFatal: (error: unknown, part: string) => void,
): Promise<Base> {
  const { eventStore, dataDir } = settings;
  const bus = openBus(settings.bus);
  const store =
    eventStore === EMBEDDED ? await lmdbEventStore(join(dataDir, 'ledger')) : eventStoreDb(eventStore);
  const directory = followCampaigns({
    store,
    evolve: campaign.evolve,
    onFatal: (error) => onFatal(error, 'campaign directory'),
  });
  const advertisers = followAdvertisers({
    store,
    campaigns: directory,
    onFatal: (error) => onFatal(error, 'advertiser directory'),
  });
  const close = async (): Promise<void> => {
    await advertisers.close();
    await directory.close();
    await store.close();
    bus.close();
  };
  await closedOnFailure(Promise.all([directory.caughtUp(), advertisers.caughtUp()]), close);
  return {
    ...{ store, directory, advertisers, logger, bus, close },
    foldsDir: foldsDirOf(settings),
    backtests: childRunner('backtest-run', settings, { discard: discardBacktest(settings.dataDir) }),
    replays: childRunner('replay-run', settings),
  };
}

/** Opens what taking events in needs too. @throws {PartitionsMismatch} when the ledger was created with another number of partitions. */
export async function openCore(
  settings: CoreSettings,
  logger: Logger,
  onFatal: (error: unknown, part: string) => void,
): Promise<Core> {
  const base = await openBase(settings, logger, onFatal);
  const intake = await closedOnFailure(openIntake(base, settings), () => base.close());
  return {
    ...{ ...base, ...intake },
    close: async () => {
      await intake.close();
      await base.close();
    },
  };
}

/** What a process that takes events in has beside the base; closing it leaves the base open. */
export async function openIntake(
  { store, directory, logger }: Pick<Base, 'store' | 'directory' | 'logger'>,
  settings: CoreSettings,
): Promise<Pick<Core, 'ledger' | 'profiles' | 'close'>> {
  const profiles = await openProfiles(settings);
  const opening = openAdLedger({ store, directory: settings.dataDir, ...ledgerOptions(settings) });
  const ledger = await closedOnFailure(opening, async () => profiles?.close());
  const { indexSeconds, dataDir } = settings;
  const { ledgerId } = ledger;
  const write = campaignsWriter(directory, { dataDirectory: dataDir, ledgerId, clock: systemClock });
  const refresh = async (): Promise<void> => {
    await ledger.refresh();
    await write();
  };
  const stopRefreshing =
    indexSeconds === undefined
      ? () => Promise.resolve()
      : refreshEvery(refresh, indexSeconds * SECOND_MS, (error) =>
          logger.warn({ err: error }, 'the index could not be refreshed'),
        );
  return {
    ...{ ledger, profiles },
    close: async () => {
      await stopRefreshing();
      await ledger.close();
      profiles?.close();
    },
  };
}

/** How a ledger is created where there is none. */
export function ledgerOptions({ partitions = PARTITIONS }: Pick<Config, 'partitions'>) {
  return { partitions, clock: systemClock, newId: randomUUID };
}

/** What stays open would keep the process alive. */
function closedOnFailure<T>(opening: Promise<T>, close: () => Promise<void>): Promise<T> {
  return opening.catch(async (error: unknown) => {
    await close();
    throw error;
  });
}

/** @throws {BadAddress} for an address that is none, before anything else is opened. */
function openBus(address: string): CommandBus & { close(): void } {
  const environment = {
    sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
    random: Math.random,
    monotonicMs: () => performance.now(),
  };
  if (address.startsWith('eventbridge:')) return eventBridgeBus(address, environment);
  if (address.startsWith('sns:')) return snsBus(address, environment);
  return { ...localCommandBus(), close: () => undefined };
}

/** Hands the core to every app of the process. */
@Module({})
export class CoreModule {
  static register(core: Base & Partial<Core>): DynamicModule {
    const providers = [
      { provide: EVENT_STORE, useValue: core.store },
      ...(core.ledger === undefined ? [] : [{ provide: AD_LEDGER, useValue: core.ledger }]),
      { provide: CAMPAIGN_DIRECTORY, useValue: core.directory },
      { provide: ADVERTISER_DIRECTORY, useValue: core.advertisers },
      { provide: COMMAND_BUS, useValue: core.bus },
      { provide: BACKTEST_RUNNER, useValue: core.backtests },
      { provide: REPLAY_RUNNER, useValue: core.replays },
      { provide: CLOCK, useValue: systemClock },
      { provide: LOGGER, useValue: core.logger },
    ];
    return { module: CoreModule, global: true, providers, exports: providers.map(({ provide }) => provide) };
  }
}
