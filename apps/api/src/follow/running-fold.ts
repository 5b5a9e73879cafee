import type { EventStore } from '@flightdeck/event-store';
import type { Health, Logger } from '@flightdeck/platform';
import { followInto, type Fold } from './follow-into.js';

/** How long a request waits for a fold to see what the request itself has just written. */
export const FOLD_WAIT_MS_MAX = 2_000;

/** A fold that runs from start to stop, tells whether it has caught up, and lets a request wait until it has seen an event. */
export class RunningFold {
  private readonly stopping = new AbortController();
  private readonly seen = new Map<string, number>();
  private readonly waiting = new Set<() => void>();
  private hasCaughtUp = false;
  private running: Promise<void> | undefined;

  constructor(
    private readonly store: EventStore,
    private readonly fold: Fold,
    private readonly logger: Logger,
    private readonly onFatal: (error: unknown, part: string) => void,
  ) {}

  start(health: Health): void {
    health.register(this.fold.name, () =>
      this.hasCaughtUp ? { ready: true } : { ready: false, detail: 'It is still reading the ledger.' },
    );
    const fold: Fold = { ...this.fold, from: () => this.fold.from(), take: (batch) => this.take(batch) };
    this.running = followInto(this.store, fold, this.stopping.signal, this.logger).catch((error: unknown) => {
      this.hasCaughtUp = false;
      this.logger.error({ err: error, fold: this.fold.name }, 'A fold has ended.');
      this.onFatal(error, this.fold.name);
    });
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async take(batch: Parameters<Fold['take']>[0]): Promise<void> {
    await this.fold.take(batch);
    for (const event of batch.events) this.remember(event.stream, event.revision);
    if (batch.caughtUp) this.hasCaughtUp = true;
    for (const check of [...this.waiting]) check();
  }

  /** Only streams that somebody waits for need remembering, but a wait may begin after the event came: keep the latest few. */
  private remember(stream: string, revision: number): void {
    this.seen.delete(stream);
    this.seen.set(stream, revision);
    if (this.seen.size > STREAMS_REMEMBERED_MAX) this.seen.delete(this.seen.keys().next().value ?? '');
  }

  /** Resolves once the fold has taken the event, or after {@link FOLD_WAIT_MS_MAX}: then the reader sees it a little later. */
  hasSeen(stream: string, revision: number): Promise<void> {
    const isSeen = (): boolean => (this.seen.get(stream) ?? -1) >= revision;
    if (isSeen() || this.running === undefined) return Promise.resolve();
    return new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        this.waiting.delete(check);
        resolve();
      };
      const check = (): void => {
        if (isSeen()) finish();
      };
      const timer = setTimeout(finish, FOLD_WAIT_MS_MAX);
      this.waiting.add(check);
    });
  }
}

const STREAMS_REMEMBERED_MAX = 10_000;

/** Nest injection tokens of the API's folds. */
export const RULES_FOLD = Symbol('RulesFold');
export const COMMANDS_FOLD = Symbol('CommandsFold');
export const CONDITIONS_FOLD = Symbol('ConditionsFold');
export const KEYS_FOLD = Symbol('KeysFold');
