import type { JobRunner } from '@flightdeck/contracts';
import { formatInstant } from '@flightdeck/domain';
import { ProblemException, type Clock, type Logger } from '@flightdeck/platform';
import type { Job } from './job.js';
import type { JobShelf } from './job-shelf.js';

/** Jobs of one kind that wait for their turn; one runs at a time. */
export const WAITING_MAX = 20;
const MESSAGE_LENGTH_MAX = 500;

export interface JobKind<J extends Job, Spec> {
  /** In the singular, for what is said of it: `backtest`. */
  readonly name: string;
  readonly nothingYet: J['progress'];
  readonly runner: JobRunner<Spec, J['progress'], NonNullable<J['result']>>;
}

/** Jobs beside the live system: asked for, waiting, running one at a time, cancelled, done. What is done outlives the process. */
export class JobDesk<J extends Job, Spec> {
  private readonly waiting: string[] = [];
  private running:
    { readonly id: string; readonly stop: AbortController; readonly ended: Promise<void> } | undefined;
  private isClosed = false;

  constructor(
    private readonly kind: JobKind<J, Spec>,
    private readonly shelf: JobShelf<J, Spec>,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** Takes up what a restart has cut off. */
  start(): void {
    for (const { id, told } of this.shelf.all())
      if (told.state === 'waiting' || told.state === 'running') this.waiting.push(id);
    this.next();
  }

  /** The job, or the one that was asked for before under the same id. @throws {ProblemException} 429 when too many wait. */
  add(id: string, asked: Omit<J, keyof Job> & Pick<Job, 'requestedBy'>, spec: Spec): J {
    const known = this.shelf.get(id);
    if (known !== undefined) return known.told;
    const { name, nothingYet } = this.kind;
    if (this.waiting.length >= WAITING_MAX)
      throw new ProblemException(429, `too-many-${name}s`, `Too many ${name}s wait for their turn.`, {
        headers: { 'retry-after': '30' },
      });
    const told = {
      ...asked,
      ...{ state: 'waiting', requestedAt: formatInstant(this.clock()), finishedAt: null },
      ...{ progress: nothingYet, error: null, result: null },
    } as unknown as J; // all of a job's members are here: its own beside those of every job
    this.shelf.put({ id, told, spec });
    this.waiting.push(id);
    this.next();
    return told;
  }

  get(id: string): J | undefined {
    return this.shelf.get(id)?.told;
  }

  /** Newest first. */
  all(): readonly J[] {
    const all = this.shelf.all().map(({ told }) => told);
    return all.sort((a, b) => (a.requestedAt < b.requestedAt ? 1 : -1));
  }

  /** Resolves once it has stopped; cancelling what is over changes nothing. */
  async cancel(id: string): Promise<void> {
    const place = this.waiting.indexOf(id);
    if (place >= 0) {
      this.waiting.splice(place, 1);
      this.end(id, { state: 'cancelled' });
    } else if (this.running?.id === id) {
      this.running.stop.abort();
      await this.running.ended;
    }
  }

  /** Stops what runs; after the next start it goes on, from where its runner has kept it, else from its beginning. */
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
    const { nothingYet, runner, name } = this.kind;
    this.change(id, { state: 'running', progress: nothingYet });
    try {
      const onProgress = (progress: J['progress']): void => this.change(id, { progress });
      const result = await runner.run(kept.spec, onProgress, signal);
      this.end(id, { state: 'done', result });
    } catch (error) {
      if (this.isClosed) return;
      if (signal.aborted) this.end(id, { state: 'cancelled' });
      else {
        this.logger.error({ err: error, job: id }, `A ${name} failed.`);
        this.end(id, { state: 'failed', error: messageOf(error) });
      }
    }
  }

  /** It is over: the change goes to the disk before what it would go on from is thrown away. */
  private end(id: string, changes: Partial<Job>): void {
    this.change(id, { ...changes, finishedAt: formatInstant(this.clock()) });
    const kept = this.shelf.get(id);
    if (kept !== undefined) this.kind.runner.discard?.(kept.spec);
  }

  private change(id: string, changes: Partial<Job>): void {
    const kept = this.shelf.get(id);
    if (kept !== undefined) this.shelf.put({ ...kept, told: { ...kept.told, ...changes } });
  }
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, MESSAGE_LENGTH_MAX);
}
