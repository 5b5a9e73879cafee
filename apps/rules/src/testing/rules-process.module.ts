import { COMMAND_BUS, type CommandBus } from '@flightdeck/bus';
import { ACKNOWLEDGE_WITHIN_MS, campaign } from '@flightdeck/domain';
import { EVENT_STORE, type EventStore } from '@flightdeck/event-store';
import { lmdbEventStore } from '@flightdeck/event-store/lmdb';
import {
  ADVERTISER_DIRECTORY,
  CAMPAIGN_DIRECTORY,
  followAdvertisers,
  followCampaigns,
  type RunningCampaignDirectory,
} from '@flightdeck/ledger';
import { CLOCK, createLogger, LedgerTransport, LOGGER, Metrics } from '@flightdeck/platform';
import { READ_MODELS } from '@flightdeck/read-models';
import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import { CommandDesk } from '../desk/command-desk.js';
import { Checkpoints } from '../dispatch/checkpoints.js';
import { RULES_SOURCES, RULES_STATS, RulesModule, type RulesSources, type RulesStats } from '../index.js';
import { RuleBook } from '../rule-book/rule-book.js';
import { WEBHOOK_STREAMS } from '../webhooks/tokens.js';
import { WebhooksModule, type WebhooksOptions } from '../webhooks/webhooks.module.js';
import type { StubReadModels } from './stub-read-models.js';

@Module({})
class SharedModule {
  static of(providers: Provider[]): DynamicModule {
    return { module: SharedModule, global: true, providers, exports: providers };
  }
}

export interface RulesProcessOptions {
  readonly directory: string;
  readonly readModels: StubReadModels;
  readonly clock: () => number;
  readonly bus: CommandBus;
  /** Takes the place of the real one, for bugs that a test plants. */
  readonly desk?: (store: EventStore) => CommandDesk;
  /** Posts to webhooks too. */
  readonly webhooks?: Pick<WebhooksOptions, 'key' | 'allow'>;
}

/** One process of the rules over a directory. */
export interface RulesProcess {
  readonly store: EventStore;
  readonly campaigns: RunningCampaignDirectory;
  readonly stats: RulesStats;
  readonly checkpoints: Checkpoints;
  /** The rules in force, for bugs that a test plants. */
  readonly book: RuleBook;
  stop(): Promise<void>;
  /** As kill -9 leaves it: from here on it writes nothing more, whatever it still does. `release` frees what hangs. */
  kill(release?: () => void): Promise<void>;
}

/** Starts the rules as the composition does, in this process, over the embedded store. */
export async function startRules(options: RulesProcessOptions): Promise<RulesProcess> {
  let killed = false;
  const onFatal = (error: unknown): void => {
    if (!killed) throw error instanceof Error ? error : new Error(String(error));
  };
  const store = await lmdbEventStore(options.directory);
  const campaigns = followCampaigns({ store, evolve: campaign.evolve, onFatal });
  const advertisers = followAdvertisers({ store, campaigns, onFatal });
  await Promise.all([campaigns.caughtUp(), advertisers.caughtUp()]);
  const shared = SharedModule.of([
    { provide: EVENT_STORE, useValue: store },
    { provide: READ_MODELS, useValue: options.readModels.port },
    { provide: COMMAND_BUS, useValue: options.bus },
    { provide: CAMPAIGN_DIRECTORY, useValue: campaigns },
    { provide: ADVERTISER_DIRECTORY, useValue: advertisers },
    { provide: CLOCK, useValue: options.clock },
    { provide: LOGGER, useValue: createLogger({ level: 'silent' }) },
    { provide: Metrics, useValue: new Metrics() },
  ]);
  const webhooks =
    options.webhooks === undefined ? [] : [WebhooksModule.register({ ...options.webhooks, onFatal })];
  const rules = RulesModule.register({ onFatal, acknowledgeWithinMs: ACKNOWLEDGE_WITHIN_MS });
  const compiled = await Test.createTestingModule({ imports: [shared, rules, ...webhooks] })
    .overrideProvider(CommandDesk)
    .useValue(options.desk?.(store) ?? new CommandDesk(store))
    .compile();
  const sources = [RULES_SOURCES, ...(webhooks.length === 0 ? [] : [WEBHOOK_STREAMS])].flatMap((token) =>
    compiled.get<RulesSources>(token, { strict: false }),
  );
  const transport: MicroserviceOptions = { strategy: new LedgerTransport({ sources, onFatal }) };
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest asks for plain options and calls them a class
  const app = compiled.createNestMicroservice(transport);
  app.useLogger(false);
  await app.listen();
  return {
    store,
    campaigns,
    stats: compiled.get<RulesStats>(RULES_STATS, { strict: false }),
    checkpoints: compiled.get(Checkpoints, { strict: false }),
    book: compiled.get(RuleBook, { strict: false }),
    stop: async () => {
      await app.close();
      await advertisers.close();
      await campaigns.close();
      await store.close();
    },
    kill: async (release) => {
      killed = true;
      await store.close();
      release?.();
      await app.close();
      await advertisers.close();
      await campaigns.close();
    },
  };
}
