import { BACKTEST_RUNNER, type BacktestRunner } from '@flightdeck/contracts';
import { EVENT_STORE, type EventStore } from '@flightdeck/event-store';
import { CAMPAIGN_DIRECTORY, LedgerAccessBook, type CampaignDirectory } from '@flightdeck/ledger';
import {
  ACCESS_BOOK,
  AUTHENTICATOR,
  CLOCK,
  IDEMPOTENCY_STORE,
  LOGGER,
  OidcTokens,
  type Clock,
  type Logger,
} from '@flightdeck/platform';
import { AdvertiserReader, READ_MODELS, type ReadModels } from '@flightdeck/read-models';
import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { AdvertisersController } from './advertisers/advertisers.controller.js';
import { BUDGETS } from './advertisers/budgets.providers.js';
import { ApiLifecycle } from './api-lifecycle.js';
import { API_OPTIONS, inDirectory, type ApiOptions } from './api-options.js';
import { AsOfController } from './as-of/as-of.controller.js';
import { AccessController } from './audit/access.controller.js';
import { LedgerEventsController } from './audit/ledger-events.controller.js';
import { AUDIT } from './audit/audit.providers.js';
import { ExportController } from './audit/export.controller.js';
import { ProofsController } from './audit/proofs.controller.js';
import { AdGroupsController } from './campaigns/ad-groups.controller.js';
import { CampaignDesk } from './campaigns/campaign-desk.js';
import { CampaignList } from './campaigns/campaign-list.js';
import { CampaignReader } from './campaigns/campaign-reader.js';
import { CampaignsController } from './campaigns/campaigns.controller.js';
import { lmdbCommandIndex } from './commands/adapters/lmdb-command-index.js';
import { commandFold } from './commands/command-fold.js';
import { COMMAND_INDEX, type CommandIndex } from './commands/command-index.js';
import { CommandsByHandController } from './commands/by-hand.controller.js';
import { CommandsController } from './commands/commands.controller.js';
import { BacktestDesk } from './backtests/backtest-desk.js';
import { AllBacktestsController, BacktestsController } from './backtests/backtests.controller.js';
import type { Fold } from './follow/follow-into.js';
import { COMMANDS_FOLD, CONDITIONS_FOLD, KEYS_FOLD, RULES_FOLD, RunningFold } from './follow/running-fold.js';
import { Ordering } from './http/ordering.js';
import { lmdbIdempotencyStore } from './idempotency/adapters/lmdb-idempotency-store.js';
import { KeyAuthenticator } from './keys/key-authenticator.js';
import { KeysController } from './keys/keys.controller.js';
import { MeController } from './keys/me.controller.js';
import { LineageController } from './lineage/lineage.controller.js';
import { MetricsController } from './metrics/metrics.controller.js';
import { TrendsController } from './metrics/trends.controller.js';
import { DocsController, OpenApiHolder } from './openapi/docs.controller.js';
import { PacingReader } from './pacing/pacing-reader.js';
import { PacingController } from './pacing/pacing.controller.js';
import { PACING } from './pacing/pacing.providers.js';
import { RiskRanking } from './pacing/risk-ranking.js';
import { ProjectionsController } from './projections/projections.controller.js';
import { QuarantineController } from './quarantine/quarantine.controller.js';
import { ReconciliationController } from './reconciliation/reconciliation.controller.js';
import { ReplaysController } from './replays/replays.controller.js';
import { RuleShelf } from './rules/rule-shelf.js';
import { RuleApprovalController } from './rules/rule-approval.controller.js';
import { RuleDesk } from './rules/rule-desk.js';
import { RuleFilesController } from './rules/rule-files.controller.js';
import { RulesController } from './rules/rules.controller.js';
import { ShadowReports } from './shadow/shadow-report.js';
import { ShadowController } from './shadow/shadow.controller.js';
import { ConditionShelf } from './shared-conditions/condition-shelf.js';
import { SharedConditionsController } from './shared-conditions/shared-conditions.controller.js';
import { peopleAuthenticator } from './sign-in/people-authenticator.js';
import { SignInController } from './sign-in/sign-in.controller.js';
import { PacingFeed } from './stream/pacing-feed.js';
import { StreamClients } from './stream/stream-clients.js';
import { StreamController } from './stream/stream.controller.js';
import { SystemController } from './system/system.controller.js';
import { UsersController } from './users/users.controller.js';
import { CampaignVerdictsReader } from './verdicts/campaign-verdicts.js';
import { RulePreview } from './verdicts/preview.js';
import { VerdictsController } from './verdicts/verdicts.controller.js';
import { DeliveryShelf } from './webhooks/delivery-shelf.js';
import { WebhookDesk } from './webhooks/webhook-desk.js';
import { WebhooksController } from './webhooks/webhooks.controller.js';

/**
 * The REST API and the event stream. Provides AUTHENTICATOR, IDEMPOTENCY_STORE and ACCESS_BOOK for the platform; needs EVENT_STORE,
 * READ_MODELS, PROOF_LOG, CAMPAIGN_DIRECTORY, ADVERTISER_DIRECTORY, CLOCK, LOGGER, REDRIVE and SYSTEM_PROBE from global modules.
 */
@Module({})
export class ApiModule {
  static register(options: ApiOptions): DynamicModule {
    return {
      module: ApiModule,
      global: true,
      controllers: [
        CampaignsController,
        AdGroupsController,
        AdvertisersController,
        PacingController,
        MetricsController,
        TrendsController,
        VerdictsController,
        SharedConditionsController,
        RuleFilesController,
        RulesController,
        RuleApprovalController,
        ShadowController,
        BacktestsController,
        AllBacktestsController,
        ReplaysController,
        ProjectionsController,
        AsOfController,
        LineageController,
        ReconciliationController,
        CommandsController,
        CommandsByHandController,
        QuarantineController,
        WebhooksController,
        StreamController,
        SystemController,
        KeysController,
        AccessController,
        LedgerEventsController,
        ProofsController,
        ExportController,
        SignInController,
        MeController,
        UsersController,
        DocsController,
      ],
      providers: [
        { provide: API_OPTIONS, useValue: options },
        ...STORES,
        ...FOLDS,
        ...READERS,
        ...PACING,
        ...BUDGETS,
        ...RULES,
        ...WEBHOOKS,
        ...AUDIT,
        ApiLifecycle,
        OpenApiHolder,
      ],
      exports: [AUTHENTICATOR, IDEMPOTENCY_STORE, ACCESS_BOOK, COMMAND_INDEX],
    };
  }
}

const STORES: Provider[] = [
  {
    provide: COMMAND_INDEX,
    inject: [API_OPTIONS],
    // A fold: one that knows another order of commands is another directory, and is folded anew.
    useFactory: ({ directory }: ApiOptions) => lmdbCommandIndex(inDirectory(directory, 'commands@3')),
  },
  {
    provide: IDEMPOTENCY_STORE,
    inject: [API_OPTIONS],
    useFactory: ({ directory }: ApiOptions) => lmdbIdempotencyStore(inDirectory(directory, 'idempotency')),
  },
  {
    provide: ACCESS_BOOK,
    inject: [EVENT_STORE],
    useFactory: (store: EventStore) => new LedgerAccessBook(store, randomUUID),
  },
];

const FOLDS: Provider[] = [
  {
    provide: KeyAuthenticator,
    inject: [API_OPTIONS],
    useFactory: ({ adminToken }: ApiOptions) => new KeyAuthenticator(adminToken),
  },
  {
    provide: AUTHENTICATOR,
    inject: [KeyAuthenticator, API_OPTIONS, CLOCK],
    useFactory: (keys: KeyAuthenticator, { oidc }: ApiOptions, clock: Clock) =>
      oidc === undefined ? keys : peopleAuthenticator(keys, new OidcTokens(oidc, clock), oidc.claims),
  },
  {
    provide: ConditionShelf,
    inject: [EVENT_STORE],
    useFactory: (store: EventStore) => new ConditionShelf(store),
  },
  { provide: RuleShelf, inject: [EVENT_STORE], useFactory: (store: EventStore) => new RuleShelf(store) },
  running(KEYS_FOLD, KeyAuthenticator, (keys: KeyAuthenticator) => keys),
  running(RULES_FOLD, RuleShelf, (shelf: RuleShelf) => shelf),
  running(CONDITIONS_FOLD, ConditionShelf, (shelf: ConditionShelf) => shelf),
  running(COMMANDS_FOLD, COMMAND_INDEX, (index: CommandIndex) => commandFold(index)),
];

const READERS: Provider[] = [
  { provide: Ordering, inject: [CLOCK], useFactory: (clock: Clock) => new Ordering(clock) },
  {
    provide: CampaignDesk,
    inject: [EVENT_STORE],
    useFactory: (store: EventStore) => new CampaignDesk(store),
  },
  {
    provide: CampaignReader,
    inject: [EVENT_STORE, CAMPAIGN_DIRECTORY],
    useFactory: (store: EventStore, directory: CampaignDirectory) => new CampaignReader(store, directory),
  },
  {
    provide: CampaignList,
    inject: [CAMPAIGN_DIRECTORY, PacingReader, RiskRanking, COMMAND_INDEX],
    useFactory: (
      directory: CampaignDirectory,
      pacing: PacingReader,
      ranking: RiskRanking,
      commands: CommandIndex,
    ) => new CampaignList(directory, pacing, ranking, commands),
  },
  {
    provide: PacingFeed,
    inject: [READ_MODELS, PacingReader, LOGGER],
    useFactory: (readModels: ReadModels, pacing: PacingReader, logger: Logger) =>
      new PacingFeed(readModels, pacing, logger),
  },
  {
    provide: StreamClients,
    inject: [API_OPTIONS],
    useFactory: ({ streamClientsMax }: ApiOptions) => new StreamClients(streamClientsMax),
  },
];

const RULES: Provider[] = [
  {
    provide: ShadowReports,
    inject: [EVENT_STORE, CAMPAIGN_DIRECTORY, COMMAND_INDEX, CLOCK],
    useFactory: (store: EventStore, directory: CampaignDirectory, commands: CommandIndex, clock: Clock) =>
      new ShadowReports(store, directory, commands, clock),
  },
  {
    provide: BacktestDesk,
    inject: [BACKTEST_RUNNER, API_OPTIONS, CLOCK, LOGGER],
    useFactory: (runner: BacktestRunner, { directory }: ApiOptions, clock: Clock, logger: Logger) =>
      new BacktestDesk(inDirectory(directory, 'backtests'), runner, clock, logger),
  },
  {
    provide: RuleDesk,
    inject: [RuleShelf, RULES_FOLD, Ordering],
    useFactory: (shelf: RuleShelf, fold: RunningFold, ordering: Ordering) =>
      new RuleDesk(shelf, fold, ordering),
  },
  {
    provide: CampaignVerdictsReader,
    inject: [READ_MODELS, AdvertiserReader, CAMPAIGN_DIRECTORY, EVENT_STORE],
    useFactory: (
      readModels: ReadModels,
      advertisers: AdvertiserReader,
      directory: CampaignDirectory,
      store: EventStore,
    ) => new CampaignVerdictsReader(readModels, advertisers, directory, store),
  },
  {
    provide: RulePreview,
    inject: [CampaignVerdictsReader, CAMPAIGN_DIRECTORY, READ_MODELS, CLOCK],
    useFactory: (
      verdicts: CampaignVerdictsReader,
      directory: CampaignDirectory,
      readModels: ReadModels,
      clock: Clock,
    ) => new RulePreview(verdicts, directory, readModels, clock),
  },
];

const WEBHOOKS: Provider[] = [
  {
    provide: WebhookDesk,
    inject: [EVENT_STORE, API_OPTIONS],
    useFactory: (store: EventStore, { webhookKey }: ApiOptions) => new WebhookDesk(store, webhookKey),
  },
  {
    provide: DeliveryShelf,
    inject: [EVENT_STORE],
    useFactory: (store: EventStore) => new DeliveryShelf(store, randomUUID),
  },
];

function running<T>(
  token: symbol,
  source: symbol | (new (...parts: never[]) => T),
  foldOf: (from: T) => Fold,
): Provider {
  return {
    provide: token,
    inject: [source, EVENT_STORE, LOGGER, API_OPTIONS],
    useFactory: (from: T, store: EventStore, logger: Logger, { onFatal }: ApiOptions) =>
      new RunningFold(store, foldOf(from), logger, onFatal),
  };
}
