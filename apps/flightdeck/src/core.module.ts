import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Module, type DynamicModule } from '@nestjs/common';
import { COMMAND_BUS, type CommandBus } from '@flightdeck/bus';
import { eventBridgeBus } from '@flightdeck/bus/eventbridge';
import { localCommandBus } from '@flightdeck/bus/local';
import { snsBus } from '@flightdeck/bus/sns';
import { BACKTEST_RUNNER, type BacktestRunner } from '@flightdeck/contracts';
import { campaign } from '@flightdeck/domain';
import { EVENT_STORE, type EventStore } from '@flightdeck/event-store';
import { eventStoreDb } from '@flightdeck/event-store/eventstoredb';
import { lmdbEventStore } from '@flightdeck/event-store/lmdb';
import {
  AD_LEDGER,
  CAMPAIGN_DIRECTORY,
  followCampaigns,
  openAdLedger,
  type OpenAdLedger,
  type RunningCampaignDirectory,
} from '@flightdeck/ledger';
import { CLOCK, LOGGER, systemClock } from '@flightdeck/platform';
import type { Logger } from 'pino';
import { childBacktestRunner } from './backtest/child-backtest-runner.js';
import type { Config } from './config.js';

/** Partitions of a ledger that is created without saying how many. */
export const PARTITIONS = 16;

/** The ledger in the data directory of this process. */
export const EMBEDDED = 'lmdb:';

/** What all apps of the process share: opened before Nest, closed after it. */
export interface Core {
  readonly store: EventStore;
  readonly ledger: OpenAdLedger;
  readonly directory: RunningCampaignDirectory;
  readonly bus: CommandBus;
  readonly backtests: BacktestRunner;
  readonly logger: Logger;
  /** Settles what is queued, flushes, lets go of the data directory. */
  close(): Promise<void>;
}

/**
 * Opens the ledger, embedded in `dataDir` or at a server. @throws {StoreInUse} when another process owns it; {PartitionsMismatch} when it was
 * created with another number of partitions.
 */
export async function openCore(
  settings: Pick<Config, 'dataDir' | 'partitions' | 'eventStore' | 'bus'>,
  logger: Logger,
  onFatal: (error: unknown, part: string) => void,
): Promise<Core> {
  const { eventStore, dataDir } = settings;
  const bus = openBus(settings.bus);
  const store =
    eventStore === EMBEDDED ? await lmdbEventStore(join(dataDir, 'ledger')) : eventStoreDb(eventStore);
  const ledger = await openAdLedger({
    store,
    directory: settings.dataDir,
    partitions: settings.partitions ?? PARTITIONS,
    clock: systemClock,
    newId: randomUUID,
  }).catch(async (error: unknown) => {
    await store.close(); // what stays open would keep the process alive
    throw error;
  });
  const directory = followCampaigns({
    store,
    evolve: campaign.evolve,
    onFatal: (error) => onFatal(error, 'campaign directory'),
  });
  await directory.caughtUp();
  return {
    ...{ store, ledger, directory, logger, bus },
    backtests: childBacktestRunner(settings),
    close: async () => {
      await ledger.close();
      await directory.close();
      await store.close();
      bus.close();
    },
  };
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
  static register(core: Core): DynamicModule {
    const providers = [
      { provide: EVENT_STORE, useValue: core.store },
      { provide: AD_LEDGER, useValue: core.ledger },
      { provide: CAMPAIGN_DIRECTORY, useValue: core.directory },
      { provide: COMMAND_BUS, useValue: core.bus },
      { provide: BACKTEST_RUNNER, useValue: core.backtests },
      { provide: CLOCK, useValue: systemClock },
      { provide: LOGGER, useValue: core.logger },
    ];
    return { module: CoreModule, global: true, providers, exports: providers.map(({ provide }) => provide) };
  }
}
