import { Health, IDEMPOTENCY_STORE, type IdempotencyStore } from '@flightdeck/platform';
import {
  Inject,
  Injectable,
  type OnApplicationShutdown,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import { BacktestDesk } from './backtests/backtest-desk.js';
import { COMMAND_INDEX, type CommandIndex } from './commands/command-index.js';
import {
  COMMANDS_FOLD,
  CONDITIONS_FOLD,
  KEYS_FOLD,
  RULES_FOLD,
  type RunningFold,
} from './follow/running-fold.js';
import { PacingFeed } from './stream/pacing-feed.js';
import { ReplayDesk } from './replays/replay-desk.js';
import { StreamClients } from './stream/stream-clients.js';

/** Starts the API's folds before the first request, and stops them after the last. */
@Injectable()
export class ApiLifecycle implements OnModuleInit, OnModuleDestroy, OnApplicationShutdown {
  private readonly folds: readonly RunningFold[];
  private readonly desks: readonly { start(): void; close(): Promise<void> }[];

  constructor(
    @Inject(Health) private readonly health: Health,
    @Inject(KEYS_FOLD) keys: RunningFold,
    @Inject(RULES_FOLD) rules: RunningFold,
    @Inject(CONDITIONS_FOLD) conditions: RunningFold,
    @Inject(COMMANDS_FOLD) commands: RunningFold,
    @Inject(PacingFeed) private readonly feed: PacingFeed,
    @Inject(StreamClients) private readonly clients: StreamClients,
    @Inject(COMMAND_INDEX) private readonly index: CommandIndex,
    @Inject(BacktestDesk) { jobs: backtests }: BacktestDesk,
    @Inject(ReplayDesk) { jobs: replays }: ReplayDesk,
    @Inject(IDEMPOTENCY_STORE) private readonly idempotency: IdempotencyStore & { close(): Promise<void> },
  ) {
    this.folds = [keys, rules, conditions, commands];
    this.desks = [backtests, replays];
  }

  onModuleInit(): void {
    for (const fold of this.folds) fold.start(this.health);
    this.feed.start();
    for (const desk of this.desks) desk.start();
  }

  /** Event streams have no end of their own: they are let go before the server waits for its requests. */
  onModuleDestroy(): void {
    this.clients.closeAll();
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.desks.map((desk) => desk.close()));
    await Promise.all([...this.folds.map((fold) => fold.stop()), this.feed.stop()]);
    await Promise.all([this.index.close(), this.idempotency.close()]);
  }
}
