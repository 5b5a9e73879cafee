import { COMMAND_BUS, type CommandBus } from '@flightdeck/bus';
import { EVENT_STORE, type EventStore } from '@flightdeck/event-store';
import {
  ADVERTISER_DIRECTORY,
  CAMPAIGN_DIRECTORY,
  type AdvertiserDirectory,
  type CampaignDirectory,
} from '@flightdeck/ledger';
import { CLOCK, LOGGER, type Clock, type Logger } from '@flightdeck/platform';
import { AdvertiserReader, READ_MODELS, type ReadModels } from '@flightdeck/read-models';
import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { Clearing, QuietRules, type Rule } from '@flightdeck/domain';
import { CommandDesk } from './desk/command-desk.js';
import { DecisionDesk } from './desk/decision-desk.js';
import { Checkpoints } from './dispatch/checkpoints.js';
import { Dispatcher } from './dispatch/dispatcher.js';
import { Outbox } from './dispatch/outbox.js';
import { react } from './reaction/reaction.js';
import type { ActiveRule } from './rule-book/active-rule.js';
import { RuleBook } from './rule-book/rule-book.js';
import { RulesLoops } from './rules-loops.js';
import { rulesSources } from './rules-sources.js';
import { rulesStats, type RulesStats } from './stats.js';
import { StreamsController } from './streams.controller.js';
import { REACT, RULES_OPTIONS, RULES_SOURCES, RULES_STATS, type React, type RulesOptions } from './tokens.js';
import { CircuitBreaker } from './trigger/circuit-breaker.js';
import { Trigger } from './trigger/trigger.js';

const PROVIDERS: Provider[] = [
  { provide: RULES_STATS, inject: [Outbox], useFactory: (outbox: Outbox) => rulesStats(outbox) },
  { provide: RuleBook, useFactory: () => new RuleBook() },
  { provide: CommandDesk, inject: [EVENT_STORE], useFactory: (store: EventStore) => new CommandDesk(store) },
  {
    provide: DecisionDesk,
    inject: [EVENT_STORE],
    useFactory: (store: EventStore) => new DecisionDesk(store),
  },
  {
    provide: CircuitBreaker,
    inject: [EVENT_STORE, CLOCK, LOGGER],
    useFactory: (store: EventStore, clock: Clock, logger: Logger) => {
      const onFailure = ({ ruleId, revision }: Rule, err: unknown, disabled: boolean): void =>
        logger.error({ err, ruleId, revision, disabled }, 'A rule failed when it was evaluated.');
      return new CircuitBreaker({ store, clock, onFailure });
    },
  },
  { provide: Checkpoints, inject: [EVENT_STORE], useFactory: (store: EventStore) => new Checkpoints(store) },
  {
    provide: Outbox,
    inject: [Checkpoints],
    useFactory: async (saved: Checkpoints) => new Outbox(await saved.load()),
  },
  { provide: RULES_SOURCES, inject: [EVENT_STORE, RuleBook, Outbox], useFactory: rulesSources },
  {
    provide: REACT,
    inject: [EVENT_STORE, CAMPAIGN_DIRECTORY, LOGGER],
    useFactory: (store: EventStore, directory: CampaignDirectory, logger: Logger): React => {
      const onRefused = (commandId: string, code: string): void =>
        logger.warn({ commandId, code }, 'An applied command changes nothing here: the campaign refuses it.');
      return (acknowledged) => react({ store, directory, onRefused }, acknowledged);
    },
  },
  {
    provide: Trigger,
    inject: [
      RuleBook,
      CAMPAIGN_DIRECTORY,
      ADVERTISER_DIRECTORY,
      READ_MODELS,
      CommandDesk,
      DecisionDesk,
      CircuitBreaker,
      CLOCK,
      RULES_STATS,
      LOGGER,
    ],
    useFactory: trigger,
  },
  {
    provide: Dispatcher,
    inject: [Outbox, CommandDesk, COMMAND_BUS, Checkpoints, CLOCK, RULES_STATS, LOGGER, RULES_OPTIONS],
    useFactory: dispatcher,
  },
  {
    provide: RulesLoops,
    inject: [Trigger, Dispatcher, RULES_OPTIONS],
    useFactory: (evaluates: Trigger, sends: Dispatcher, options: RulesOptions) =>
      new RulesLoops(evaluates, sends, options),
  },
];

/**
 * Follows the ledger, evaluates rules, decides and dispatches. Needs the tokens EVENT_STORE, READ_MODELS, COMMAND_BUS,
 * CAMPAIGN_DIRECTORY, ADVERTISER_DIRECTORY, CLOCK and LOGGER from global modules, and a LedgerTransport over {@link RULES_SOURCES}.
 */
@Module({})
export class RulesModule {
  static register(options: RulesOptions): DynamicModule {
    return {
      module: RulesModule,
      controllers: [StreamsController],
      providers: [{ provide: RULES_OPTIONS, useValue: options }, ...PROVIDERS],
      exports: [RULES_SOURCES, RULES_STATS],
    };
  }
}

function trigger(
  book: RuleBook,
  directory: CampaignDirectory,
  holders: AdvertiserDirectory,
  readModels: ReadModels,
  desk: CommandDesk,
  decisions: DecisionDesk,
  breaker: CircuitBreaker,
  clock: Clock,
  stats: RulesStats,
  logger: Logger,
): Trigger {
  const onError = (error: unknown): void =>
    logger.error({ err: error }, 'An evaluation failed and will be done again.');
  const [clearing, quiet] = [new Clearing(), new QuietRules<ActiveRule>()];
  return new Trigger({
    ...{ book, directory, holders, advertisers: new AdvertiserReader(holders, readModels) },
    ...{ readModels, desk, decisions, breaker, clearing, quiet, clock, stats },
    onError,
  });
}

function dispatcher(
  outbox: Outbox,
  desk: CommandDesk,
  bus: CommandBus,
  checkpoints: Checkpoints,
  clock: Clock,
  stats: RulesStats,
  logger: Logger,
  { acknowledgeWithinMs }: RulesOptions,
): Dispatcher {
  const onError = (error: unknown): void =>
    logger.warn({ err: error }, 'A command could not be sent or recorded and will be tried again.');
  return new Dispatcher({ outbox, desk, bus, checkpoints, clock, stats, acknowledgeWithinMs, onError });
}
