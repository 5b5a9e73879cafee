import type { BacktestResponse, BacktestRunner, BacktestSpec } from '@flightdeck/contracts';
import { formatInstant } from '@flightdeck/domain';
import { ProblemException, type Clock, type Logger } from '@flightdeck/platform';
import type { BacktestShelf } from './backtest-shelf.js';

/** Backtests that wait for their turn; one runs at a time. */
export const WAITING_MAX = 20;

const NOTHING_YET: BacktestResponse['progress'] = {
  ...{ eventsRead: 0, eventsInRange: 0, at: null, eventsPerSecond: 0 },
};

/** Backtests as jobs: asked for, waiting, running one at a time, cancelled, done. What is done outlives the process. */
export class BacktestDesk {
  private readonly waiting: string[] = [];
  private running:
    { readonly id: string; readonly stop: AbortController; readonly ended: Promise<void> } | undefined;
  private isClosed = false;

  constructor(
    private readonly shelf: BacktestShelf,
    private readonly runner: BacktestRunner,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** Takes up what a restart has cut off. */
  start(): void {
    for (const { told } of this.shelf.all())
      if (told.state === 'waiting' || told.state === 'running') this.waiting.push(told.backtestId);
    this.next();
  }

  /** @throws {ProblemException} 429 when too many wait. */
  add(
    asked: Pick<BacktestResponse, 'backtestId' | 'ruleId' | 'ruleRevision' | 'requestedBy'>,
    spec: BacktestSpec,
  ): BacktestResponse {
    const known = this.shelf.get(asked.backtestId);
    if (known !== undefined) return known.told;
    if (this.waiting.length >= WAITING_MAX)
      throw new ProblemException(429, 'too-many-backtests', 'Too many backtests wait for their turn.', {
        headers: { 'retry-after': '30' },
      });
    const told: BacktestResponse = {
      ...asked,
      ...{ from: formatInstant(spec.fromMs), to: formatInstant(spec.toMs), state: 'waiting' },
      ...{ requestedAt: formatInstant(this.clock()), finishedAt: null, progress: NOTHING_YET },
      ...{ error: null, result: null },
    };
    this.shelf.put({ told, spec });
    this.waiting.push(asked.backtestId);
    this.next();
    return told;
  }

  get(backtestId: string): BacktestResponse | undefined {
    return this.shelf.get(backtestId)?.told;
  }

  /** Newest first. */
  of(ruleId: string): readonly BacktestResponse[] {
    const all = this.shelf.all().map(({ told }) => told);
    return all
      .filter((told) => told.ruleId === ruleId)
      .sort((a, b) => (a.requestedAt < b.requestedAt ? 1 : -1));
  }

  /** Resolves once it has stopped; cancelling what is over changes nothing. */
  async cancel(backtestId: string): Promise<void> {
    const place = this.waiting.indexOf(backtestId);
    if (place >= 0) {
      this.waiting.splice(place, 1);
      this.change(backtestId, { state: 'cancelled', finishedAt: formatInstant(this.clock()) });
    } else if (this.running?.id === backtestId) {
      this.running.stop.abort();
      await this.running.ended;
    }
  }

  /** Stops what runs; after the next start it runs again from its beginning. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.running?.stop.abort();
    await this.running?.ended;
  }

  private next(): void {
    if (this.running !== undefined || this.isClosed) return;
    const id = this.waiting.shift();
    if (id === undefined) return;
    const stop = new AbortController();
    const ended = this.run(id, stop.signal).finally(() => {
      this.running = undefined;
      this.next();
    });
    this.running = { id, stop, ended };
  }

  private async run(id: string, signal: AbortSignal): Promise<void> {
    const kept = this.shelf.get(id);
    if (kept === undefined) return;
    this.change(id, { state: 'running', progress: NOTHING_YET });
    try {
      const onProgress = (progress: BacktestResponse['progress']): void => this.change(id, { progress });
      const result = await this.runner.run(kept.spec, onProgress, signal);
      this.change(id, { state: 'done', result, finishedAt: formatInstant(this.clock()) });
    } catch (error) {
      if (this.isClosed) return;
      const finishedAt = formatInstant(this.clock());
      if (signal.aborted) this.change(id, { state: 'cancelled', finishedAt });
      else {
        this.logger.error({ err: error, backtestId: id }, 'A backtest failed.');
        this.change(id, { state: 'failed', finishedAt, error: messageOf(error) });
      }
    }
  }

  private change(id: string, changes: Partial<BacktestResponse>): void {
    const kept = this.shelf.get(id);
    if (kept !== undefined) this.shelf.put({ ...kept, told: { ...kept.told, ...changes } });
  }
}

const MESSAGE_LENGTH_MAX = 500;

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, MESSAGE_LENGTH_MAX);
}
